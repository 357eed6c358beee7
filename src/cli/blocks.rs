//! Cuts a stream into blocks by its content alone, so that memory is bounded and the read sizes never show in the output.

use std::io::{self, Read};

use super::intake::Intake;

/// A stream of at most this many bytes is one block; longer ones are cut behind the last line end within as many.
pub(super) const BLOCK: usize = 256 << 10;
/// Where no line ends within a block, the search goes on to here.
pub(super) const LONGEST_BLOCK: usize = 384 << 10;

/// Reads a stream block by block.
#[derive(Debug)]
pub(super) struct Blocks<R> {
    intake: Intake<R>,
    /// Bytes of the buffer that the last block took.
    taken: usize,
}

impl<R: Read> Blocks<R> {
    pub fn new(reader: R) -> Self {
        Blocks { intake: Intake::new(reader), taken: 0 }
    }

    /// The next block; `None` at the end of the stream. The blocks in a row are the bytes of the stream.
    ///
    /// An error comes after the text that was read before it; then the stream is at its end.
    pub fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.intake.buffer.drain(..self.taken);
        // One byte more than a block tells a stream that ends here from one that goes on.
        self.intake.fill(BLOCK + 1);
        self.taken = match cut_at_line(&self.intake.buffer) {
            Some(cut) => cut,
            None => {
                self.intake.fill(LONGEST_BLOCK + 1);
                cut_long_line(&self.intake.buffer)
            }
        };
        self.intake.front(self.taken)
    }
}

/// Where a block of whole lines ends, if the first line does within [`BLOCK`].
fn cut_at_line(buffer: &[u8]) -> Option<usize> {
    if buffer.len() <= BLOCK {
        return Some(buffer.len());
    }
    memchr::memrchr(b'\n', &buffer[..BLOCK]).map(|at| at + 1)
}

/// Where a block ends whose first line is longer than [`BLOCK`].
fn cut_long_line(buffer: &[u8]) -> usize {
    if let Some(at) = memchr::memchr(b'\n', &buffer[..buffer.len().min(LONGEST_BLOCK)]) {
        return at + 1;
    }
    if buffer.len() <= LONGEST_BLOCK {
        return buffer.len();
    }
    let whole = &buffer[..LONGEST_BLOCK];
    match whole.iter().rposition(u8::is_ascii_whitespace) {
        Some(at) => at + 1,
        None => character_boundary(buffer, LONGEST_BLOCK),
    }
}

/// The last place up to `at` where no UTF-8 character is cut in two; bytes that are not UTF-8 may be cut anywhere.
fn character_boundary(buffer: &[u8], at: usize) -> usize {
    // A character has at most three continuation bytes: with more of them in a row this is not UTF-8.
    let back = (0..=3).find(|back| buffer[at - back] & 0xC0 != 0x80);
    at - back.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    /// Gives its bytes in reads of sizes drawn from a generator.
    struct Drip<'a> {
        bytes: &'a [u8],
        state: u64,
        most: u64,
    }

    impl Read for Drip<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.state = self.state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            if self.most > 1 && (self.state >> 60) == 0 {
                return Err(ErrorKind::Interrupted.into());
            }
            let n = (1 + (self.state >> 33) % self.most).min(out.len() as u64).min(self.bytes.len() as u64) as usize;
            out[..n].copy_from_slice(&self.bytes[..n]);
            self.bytes = &self.bytes[n..];
            Ok(n)
        }
    }

    fn blocks_of(reader: impl Read) -> Vec<Vec<u8>> {
        let mut blocks = Blocks::new(reader);
        let mut out = Vec::new();
        while let Some(block) = blocks.next().unwrap() {
            out.push(block.to_vec());
        }
        out
    }

    fn samples() -> Vec<Vec<u8>> {
        let lines: Vec<u8> = (0..40_000).flat_map(|i| format!("line {i} of the call\r\n").into_bytes()).collect();
        let mut mixed = "x".repeat(BLOCK + 9).into_bytes();
        mixed.extend(b"\nshort\n");
        mixed.extend("w ".repeat(LONGEST_BLOCK).into_bytes());
        mixed.extend("\u{20AC}".repeat(LONGEST_BLOCK / 2).into_bytes());
        mixed.extend(vec![0x80; LONGEST_BLOCK + 7]);
        vec![Vec::new(), b"no newline".to_vec(), vec![b'a'; BLOCK], vec![b'\n'; BLOCK + 1], lines, mixed]
    }

    #[test]
    fn blocks_in_a_row_are_the_stream_and_bounded() {
        for sample in samples() {
            let blocks = blocks_of(&sample[..]);
            assert!(blocks.iter().all(|b| !b.is_empty() && b.len() <= LONGEST_BLOCK));
            assert_eq!(blocks.concat(), sample);
        }
    }

    #[test]
    fn read_sizes_do_not_show() {
        for sample in samples() {
            let whole = blocks_of(&sample[..]);
            for (state, most) in [(1, 1), (2, 7), (3, 5_000), (4, 400_000)] {
                assert!(blocks_of(Drip { bytes: &sample, state, most }) == whole, "reads of up to {most} bytes");
            }
        }
    }

    #[test]
    fn short_streams_are_one_block_and_long_ones_end_with_a_line() {
        assert_eq!(blocks_of(&[b'a'; BLOCK][..]).len(), 1);
        let lines = "a line\n".repeat(100_000);
        let blocks = blocks_of(lines.as_bytes());
        assert!(blocks.len() > 1 && blocks.iter().all(|b| b.ends_with(b"\n")));
    }

    #[test]
    fn a_line_longer_than_a_block_stays_whole_if_it_can() {
        let mut text = vec![b'a'; BLOCK + 10];
        text.extend(b"\nrest");
        let lengths: Vec<usize> = blocks_of(&text[..]).iter().map(Vec::len).collect();
        assert_eq!(lengths, [BLOCK + 11, 4]);
    }

    #[test]
    fn no_word_and_no_character_is_cut_in_two() {
        let words = "quarter ".repeat(LONGEST_BLOCK / 4);
        assert!(blocks_of(words.as_bytes()).iter().all(|b| b.ends_with(b" ")));
        let euros = "\u{20AC}".repeat(LONGEST_BLOCK);
        assert!(blocks_of(euros.as_bytes()).iter().all(|b| std::str::from_utf8(b).is_ok()));
    }

    #[test]
    fn an_error_ends_the_stream_after_the_text_before_it() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("gone"))
            }
        }
        let mut blocks = Blocks::new((&b"begun"[..]).chain(Broken));
        assert_eq!(blocks.next().unwrap(), Some(&b"begun"[..]));
        assert!(blocks.next().is_err());
        assert!(blocks.next().unwrap().is_none());
    }
}
