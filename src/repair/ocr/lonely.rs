//! Marks and scraps that stand alone in clean text: writers leave a quotation open or put a bar between two names.

use super::super::edit::{Edit, EditKind};

/// How many bytes before and behind an edit others are its neighbours: some hundred words.
const NEAR: usize = 600;

/// What a scan leaves around a stray mark, at least. Of every 200 words that is two in a hundred; of the words of modern scans two to
/// four in a hundred are wrong.
const COMPANY: usize = 4;

/// Takes the stray marks and scraps that have no company out of the edits of a document of so many bytes, which are in order.
///
/// A text too short to have neighbours keeps them all.
pub(super) fn take_out(bytes: usize, edits: &mut Vec<Edit>) {
    if bytes <= 2 * NEAR {
        return;
    }
    let is_alone = |edit: &Edit| {
        let at = edit.range.start;
        let near = edits.partition_point(|e| e.range.start + NEAR < at)..edits.partition_point(|e| e.range.start <= at + NEAR);
        // A mark that comes again and again may be a habit of the writer's.
        let mut others = edits[near].iter().filter(|e| e.before.trim() != edit.before.trim());
        others.nth(COMPANY - 1).is_none()
    };
    let stays: Vec<bool> = edits.iter().map(|e| e.kind != EditKind::Stray || !is_alone(e)).collect();
    let mut stays = stays.into_iter();
    edits.retain(|_| stays.next().unwrap_or(true));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Edits of different marks and words.
    fn edits(kinds: &[(usize, EditKind)]) -> Vec<Edit> {
        let edit = |(n, (start, kind)): (usize, &(usize, EditKind))| Edit {
            range: *start..start + 1,
            line: 1,
            before: n.to_string(),
            after: String::new(),
            kind: *kind,
            confidence: 0.9,
            alternatives: Vec::new(),
        };
        kinds.iter().enumerate().map(edit).collect()
    }

    fn left(bytes: usize, kinds: &[(usize, EditKind)]) -> Vec<usize> {
        let mut edits = edits(kinds);
        take_out(bytes, &mut edits);
        edits.into_iter().map(|e| e.range.start).collect()
    }

    #[test]
    fn marks_without_company_stay_in_the_text() {
        use EditKind::{Ocr, Stray};
        let scanned = [(100, Ocr), (200, Stray), (300, Ocr), (400, Stray), (500, Ocr)];
        assert_eq!(left(5000, &scanned), [100, 200, 300, 400, 500]);
        let far = [(100, Ocr), (200, Stray), (300, Ocr), (400, Ocr), (2000, Stray), (2100, Ocr)];
        assert_eq!(left(5000, &far), [100, 300, 400, 2100]);
        // The very ends of what is near count.
        let edge = [(0, Ocr), (600, Stray), (1200, Ocr), (1200, Ocr), (1200, Ocr)];
        assert_eq!(left(5000, &edge), [0, 600, 1200, 1200, 1200]);
        let beyond = [(0, Ocr), (601, Stray), (1200, Ocr), (1200, Ocr), (1200, Ocr)];
        assert_eq!(left(5000, &beyond), [0, 1200, 1200, 1200]);
        assert_eq!(left(1200, &[(100, Stray)]), [100], "a line by itself has no neighbours");
        assert!(left(1201, &[(100, Stray)]).is_empty());
    }

    #[test]
    fn a_mark_that_comes_again_and_again_is_no_company_for_itself() {
        let mut same = edits(&[(100, EditKind::Stray), (200, EditKind::Stray), (300, EditKind::Stray), (400, EditKind::Stray)]);
        same.push(Edit { kind: EditKind::Ocr, before: "eamings".into(), ..same[3].clone() });
        same[..4].iter_mut().for_each(|e| e.before = " /".into());
        take_out(5000, &mut same);
        assert_eq!(same.len(), 1);
    }
}
