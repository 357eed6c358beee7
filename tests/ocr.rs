//! Pages that went through a scanner or a wrong decoding: what comes back, and what is left alone.
//!
//! `tests/pages/ocr.read.txt` is what Tesseract read of the invented page `ocr.original.txt`, printed, made dirty and scanned.

#[path = "support/distance.rs"]
mod distance;

use std::sync::LazyLock;

use degarble::{EditKind, Kinds, Options, Repairer};
use distance::distance;

const READ: &str = include_str!("pages/ocr.read.txt");
const ORIGINAL: &str = include_str!("pages/ocr.original.txt");
const SPUN: &str = include_str!("pages/sample.spun.txt");

static REPAIRER: LazyLock<Repairer> = LazyLock::new(Repairer::new);

fn repairer(set: impl Fn(&mut Options)) -> Repairer {
    let mut options = Options::default();
    set(&mut options);
    Repairer::with_options(options)
}

/// The words of a line, with the punctuation that touches them.
fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

fn errors(text: &str) -> usize {
    text.lines().zip(ORIGINAL.lines()).map(|(a, b)| distance(&words(a), &words(b))).sum()
}

#[test]
fn four_in_ten_errors_of_the_scanned_page_are_gone() {
    let repaired = REPAIRER.repair(READ);
    let (before, after) = (errors(READ), errors(&repaired.text()));
    assert!(before > 50, "{before} errors make a page worth the test");
    assert!(after * 10 <= before * 6, "{after} of {before} are left");
    for kind in [EditKind::Ocr, EditKind::Stray] {
        assert!(repaired.edits.iter().any(|e| e.kind == kind), "{kind:?}");
    }
}

#[test]
fn numbers_and_names_of_the_scanned_page_are_untouched() {
    let text = REPAIRER.repair(READ).text().into_owned();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    assert_eq!(digits(&text), digits(READ));
    for name in ["Larkmoor", "Tessaly", "SEC"] {
        assert_eq!(text.matches(name).count(), READ.matches(name).count(), "{name}");
    }
}

#[test]
fn the_page_as_it_stood_stays_as_it_is() {
    let edits = REPAIRER.repair(ORIGINAL).edits;
    assert!(edits.is_empty(), "{edits:#?}");
}

/// A name or term that no list holds is no error, however near a word of the dictionary it comes.
#[test]
fn strange_words_of_a_clean_page_stay() {
    let page = "Our Tesslay and Larkmor lines did well, and so did the fintechs that use Revenoo.\n";
    let page = ORIGINAL.to_owned() + page;
    assert!(REPAIRER.repair(&page).edits.is_empty());
}

#[test]
fn typical_misreadings_come_back() {
    let page = "| think the eamings of the quarter were strong, and tlie cash flow ofthe business was good.\n\
                We beIieve that govemment spending wiIl retum in the second half : of the year.\n";
    let repaired = REPAIRER.repair(page);
    assert_eq!(
        repaired.text(),
        "I think the earnings of the quarter were strong, and the cash flow of the business was good.\n\
         We believe that government spending will return in the second half of the year.\n"
    );
}

/// Scraped pages have both: a spinner's words and a scanner's letters.
#[test]
fn a_page_may_be_spun_and_misread() {
    let misread = SPUN.replace("convention", "convcntion").replace("Motley", "Mot1ey".replace('1', "l").as_str());
    let page = format!("{READ}{misread}");
    let repaired = REPAIRER.repair(&page);
    let kinds = [EditKind::Ocr, EditKind::Stray, EditKind::Substitution];
    assert!(kinds.iter().all(|k| repaired.edits.iter().any(|e| e.kind == *k)));
    assert!(!repaired.text().contains("convcntion"));
    assert!(repaired.text().contains("conference call"));
}

#[test]
fn wrong_decodings_come_back_on_any_page() {
    let page = "The companyâ€™s R&amp;D costs didn\u{FFFD}t grow; reve\u{AD}nue did. See https://example.com/a?b=1&amp;c=2\n";
    let repaired = REPAIRER.repair(page);
    assert_eq!(repaired.text(), "The company’s R&D costs didn't grow; revenue did. See https://example.com/a?b=1&amp;c=2\n");
    assert!(repaired.edits.iter().all(|e| e.kind == EditKind::Encoding));
}

#[test]
fn kinds_can_be_left_out() {
    let page = format!("{READ}{SPUN}The companyâ€™s\n");
    let kinds_of = |kinds: Kinds| -> Vec<EditKind> {
        let edits = repairer(|o| o.kinds = kinds).repair(&page).edits;
        let mut kinds: Vec<EditKind> = edits.into_iter().map(|e| e.kind).collect();
        kinds.dedup();
        kinds
    };
    let mut only = Kinds::NONE;
    assert!(kinds_of(only).is_empty());
    only.encoding = true;
    assert_eq!(kinds_of(only), [EditKind::Encoding]);
    let mut most = Kinds::ALL;
    most.ocr = false;
    let left = kinds_of(most);
    assert!(left.contains(&EditKind::Substitution) && !left.contains(&EditKind::Stray) && !left.contains(&EditKind::Ocr));
}

#[test]
fn numbers_change_on_request_only() {
    let page = "Revenue was $l2.5 million in 2O21, up l0%, after 10K filings.\n";
    assert!(REPAIRER.repair(page).edits.is_empty());
    let repairer = repairer(|o| o.ocr_numbers = true);
    let repaired = repairer.repair(page);
    assert_eq!(repaired.text(), "Revenue was $12.5 million in 2021, up 10%, after 10K filings.\n");
    assert!(repaired.edits.iter().all(|e| e.kind == EditKind::Number));
}

#[test]
fn words_are_rejoined_on_request_and_lines_keep_their_number() {
    let page =
        "We reported record earn-\nings, and our long-\nterm outlook for this full-\r\ntime business impro-\r\n  ved again.\n";
    let repairer = repairer(|o| {
        o.kinds = Kinds::NONE;
        o.rejoin = true;
    });
    let repaired = repairer.repair(page);
    assert_eq!(
        repaired.text(),
        "We reported record earnings,\nand our long-\nterm outlook for this full-\r\ntime business improved\r\n  again.\n"
    );
    assert!(repaired.edits.iter().all(|e| e.kind == EditKind::Join));
}

/// Wrong decodings that are left alone by choice are none of the engine's accidents.
#[test]
fn wrong_decodings_stay_where_only_ocr_is_repaired() {
    let ocr = repairer(|o| (o.kinds, o.kinds.ocr) = (Kinds::NONE, true));
    let page = "We said itâ€™s a good quarter â€” tlie eamings of the ycar werc strong â and naÃ¯ve | people agreed.\n\
                It was â€œa good startâ€ : thc costs fell â€¦ and tbe retum grew.\n";
    let text = ocr.repair(page).text().into_owned();
    for kept in ["itâ€™s", "quarter â€” the earnings", "naÃ¯ve", "â€œa", "startâ€", "fell â€¦ and"] {
        assert!(text.contains(kept), "`{kept}` is gone: {text}");
    }
}

#[test]
fn scraps_behind_the_end_of_a_line_go_and_short_sentences_stay() {
    let page = "Thank you, and welcome to the eamings call of Larkmoor. ~ ae i\n\
                We grew in all regions, and tlie margin was strong. : pee\n\
                Costs were lower than in the second quarter. y aie\n\
                The cash flow ofthe year was strong. So it is.\n\
                We are confident that demand will retum. Stefan Marlow\n";
    let text = REPAIRER.repair(page).text().into_owned();
    let ends: Vec<&str> = text.lines().map(|l| &l[l.len() - 9..]).collect();
    assert_eq!(ends, ["Larkmoor.", "s strong.", " quarter.", "So it is.", "an Marlow"], "{text}");
}

/// `_` is what an engine puts where it could not read a character.
#[test]
fn signs_for_characters_that_were_not_read_are_letters_of_their_word() {
    let page = "Our re_ult_ for the qu_rter were _trong, and _de_nand in_the bu_ines_ w_s _table.\n\
                We h_ve _een th_t the comp_ny's c_sh flow i_ he_lthy ror all or our cu_tomers.\n";
    let text = REPAIRER.repair(page).text().into_owned();
    for right in ["results", "quarter", "strong", "stable", "seen that", "healthy", "customers"] {
        assert!(text.contains(right), "`{right}` is not back: {text}");
    }
}

#[test]
fn blanks_to_be_filled_in_and_names_of_variables_stay() {
    let form =
        "Our form asks for the name ____________ and the date __________ of the holder.\nthe holder ______ of the company.\n";
    assert_eq!(REPAIRER.repair(form).text(), form);
    let page = "Tbe eamings of tlie year were in the field net_revenue, and tbe data_set had no retum.\n\
                We grew in all regions, and tlie margin was strong.\n";
    let text = REPAIRER.repair(page).text().into_owned();
    for kept in ["net_revenue", "data_set", "earnings"] {
        assert!(text.contains(kept), "`{kept}` is not there: {text}");
    }
}

#[test]
fn wrongly_decoded_stretches_without_blanks_take_no_longer_than_their_length() {
    let ocr = repairer(|o| (o.kinds, o.kinds.ocr) = (Kinds::NONE, true));
    let started = std::time::Instant::now();
    for stretch in ["naÃ¯ve", "â€", "Ã©-"] {
        let text = stretch.repeat(30_000);
        assert_eq!(ocr.repair(&text).text(), text);
    }
    // A look around each of them takes minutes.
    assert!(started.elapsed().as_secs() < 30);
}

#[test]
fn what_stands_between_scraps_and_is_nobodys_stays() {
    let page = "Thank you, and welcome to the eamings call of Larkmoor. ~ \u{1} ae i\n\
                We grew in all regions, and tlie margin was strong. : pee\n\
                Costs were lower than in tbe second quarter. y aie\n";
    let text = REPAIRER.repair(page).text().into_owned();
    assert!(text.contains('\u{1}') && text.contains("strong.\n"), "{text}");
}

/// A page of old words, as it stood and as an engine read it.
const OLD_PRINT: [(&str, &str); 4] = [
    (
        "It is our painful duty to state that the house of Mr. Josiah Tremblewick was consumed by fire on Sunday last.",
        "It is our painful duty to ftate that the houfe of Mr. Jofiah Tremblewick was confumed by fire on Sunday laft.",
    ),
    (
        "The most dreadful storm that ever visited this coast has destroyed several vessels, whose masters are missing.",
        "The moft dreadful ftorm that ever vifited this coaft has deftroyed feveral veffels, whofe mafters are miffing.",
    ),
    (
        "Whosoever shall find the purse, for such it is, shall be rewarded.",
        "Whofoever fhall find the purfe, for fuch it is, fhall be rewarded.",
    ),
    (
        "The left side of the craft was lifted after the first half of life.",
        "The left fide of the craft was lifted after the firft half of life.",
    ),
];

#[test]
fn a_long_s_is_an_s_again_and_an_f_stays_one() {
    let side = |n: usize| OLD_PRINT.map(|pair| [pair.0, pair.1][n]).join("\n");
    assert_eq!(REPAIRER.repair(&side(1)).text(), side(0).replace("Josiah", "Jofiah"));
    assert!(REPAIRER.repair(&side(0)).edits.is_empty());
}

#[test]
fn an_f_for_an_s_makes_no_page_of_long_s() {
    let page = format!("{READ}\nWe fell behind, and fome of it is fo far away that we fail alone.\n");
    assert!(REPAIRER.repair(&page).text().contains("that we fail alone"));
}

#[test]
fn what_an_engine_makes_of_an_everyday_word_again_and_again_is_no_word() {
    let read =
        "The schooner brought tbe mails of the barque to the constable, and the captain of the schooner saw the sundial.\n";
    let rest = "The parson and the miller of the hamlet were the guests of the squire at the manor by the weir.\n";
    let page = format!("{read}{rest}{rest}{read}{rest}{rest}");
    assert_eq!(REPAIRER.repair(&page).text(), page.replace("tbe", "the"));
}

/// Enough misread words to tell the engine; and dashes that are no hyphens.
const MISREAD: &str = "We reniain confident in our strategy - and our eamings grew agin this quarter -- as did our matgins.\n\
                       The segnient reported tevenue of $5 million -- and we expect the same in the second quarter : of the year.\n\
                       Our customets tell us that our matgin will improve ~ and so did cash -- and we contiuue to invest in our tearn.\n";

fn repaired_behind_misread(line: &str) -> String {
    let page = format!("{MISREAD}{line}\n");
    let repaired = REPAIRER.repair(&page).text().into_owned();
    repaired.lines().last().unwrap().to_owned()
}

#[test]
fn capitals_inside_sentences_stay() {
    for name in ["Shell", "Sprint", "Will", "Vision", "China"] {
        let line = format!("We have said that {name} told us that we will improve.");
        assert_eq!(repaired_behind_misread(&line), line);
    }
}

#[test]
fn quotation_marks_without_a_partner_go_and_pairs_stay() {
    assert_eq!(
        repaired_behind_misread("Net sales were up 5% in the ‘quarter, and we expect the same in the second half."),
        "Net sales were up 5% in the quarter, and we expect the same in the second half."
    );
    let line = "We call it the 'quarter of the customer', and we mean it.";
    assert_eq!(repaired_behind_misread(line), line);
}

#[test]
fn a_hyphen_for_a_dash_goes_where_the_writer_has_longer_ones() {
    assert_eq!(
        repaired_behind_misread("We continue to deliver strong results - and to invest in our business for the long term."),
        "We continue to deliver strong results and to invest in our business for the long term."
    );
}

#[test]
fn short_scraps_among_words_go() {
    assert_eq!(
        repaired_behind_misread("We continue to invest in our es business for the long term."),
        "We continue to invest in our business for the long term."
    );
}

#[test]
fn rare_words_may_be_two_that_were_glued() {
    assert_eq!(
        repaired_behind_misread("We grew last year, and Tthink that we will do well."),
        "We grew last year, and I think that we will do well."
    );
    assert_eq!(
        repaired_behind_misread("We are ina good place, and we will do well."),
        "We are in a good place, and we will do well."
    );
}

#[test]
fn a_word_behind_a_full_stop_for_a_space_is_repaired() {
    assert_eq!(
        repaired_behind_misread("We continue to deliver.stiong results and to invest in our business."),
        "We continue to deliver strong results and to invest in our business."
    );
}

#[test]
fn likely_words_are_looked_for_beyond_unlikely_ones() {
    assert_eq!(
        repaired_behind_misread("As we luok to the rest of the year, we are confident."),
        "As we look to the rest of the year, we are confident."
    );
}

#[test]
fn no_mark_before_a_sentence_is_a_word() {
    let line = "Our team did well this quarter, and we thank them.";
    assert!(repaired_behind_misread(&format!("- {line}")).ends_with(line));
    assert!(!repaired_behind_misread(&format!("- {line}")).starts_with('I'));
}

#[test]
fn many_words_may_be_glued_and_their_apostrophes_stay() {
    assert_eq!(
        repaired_behind_misread("We think that asaresultof the work of our team, it'salmosta record year for us."),
        "We think that as a result of the work of our team, it's almost a record year for us."
    );
    assert_eq!(
        repaired_behind_misread("Thatseemstobe the case in our business, and we will do well."),
        "That seems to be the case in our business, and we will do well.",
        "no name is that long"
    );
}

#[test]
fn contractions_with_a_misread_mark_or_end_come_back() {
    assert_eq!(
        repaired_behind_misread("We think we'te in a good place, and we*ve said that we will do well."),
        "We think we're in a good place, and we've said that we will do well."
    );
}

#[test]
fn a_mark_for_a_space_may_stand_beside_a_misread_word() {
    assert_eq!(
        repaired_behind_misread("We see the growth of’tevenue in the second half of the year, and we will do well."),
        "We see the growth of revenue in the second half of the year, and we will do well."
    );
}

#[test]
fn a_mark_that_touches_a_word_may_be_i() {
    assert_eq!(
        repaired_behind_misread("That is what {think we said last quarter, and we will do well."),
        "That is what I think we said last quarter, and we will do well."
    );
}

#[test]
fn words_that_are_hardly_to_be_told_are_looked_for_on_the_page() {
    let page = |own: &str| {
        let line = "We saw that the incremenuil margin was as we wanted in the quarter, and we will do well.";
        let text = format!("{MISREAD}{own}\n{line}\n");
        REPAIRER.repair(&text).text().contains("the incremental margin was as")
    };
    assert!(page("Our incremental cost was good this year."));
    assert!(!page("Our total cost was good this year."));
}

#[test]
fn ratios_and_signs_of_numbers_are_no_specks() {
    for line in [
        "Sales were up y/y and our margin was +39% in the quarter.",
        "We did well in '19 and we will do well in the second half.",
    ] {
        assert_eq!(repaired_behind_misread(line), line);
    }
}
