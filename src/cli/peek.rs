//! A reader whose first bytes can be looked at before it is read.

use std::io::{self, ErrorKind, Read};

/// A reader and the bytes that were looked at.
#[derive(Debug)]
pub(super) struct Peeked<R> {
    head: Vec<u8>,
    at: usize,
    rest: R,
    /// What went wrong while looking, to be told behind the bytes that came before it.
    failure: Option<io::Error>,
    ended: bool,
}

impl<R: Read> Peeked<R> {
    /// Looks at the first `n` bytes, or at all there are.
    pub fn new(mut rest: R, n: usize) -> Peeked<R> {
        let (mut head, mut failure) = (Vec::new(), None);
        while head.len() < n {
            match rest.by_ref().take((n - head.len()) as u64).read_to_end(&mut head) {
                Ok(_) => break,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => {
                    failure = Some(e);
                    break;
                }
            }
        }
        Peeked { head, at: 0, rest, failure, ended: false }
    }

    /// The first bytes.
    pub fn head(&self) -> &[u8] {
        &self.head
    }
}

impl<R: Read> Read for Peeked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = &self.head[self.at..];
        if !left.is_empty() {
            let n = left.len().min(out.len());
            out[..n].copy_from_slice(&left[..n]);
            self.at += n;
            return Ok(n);
        }
        if let Some(e) = self.failure.take() {
            // Readers that failed once may claim to be at their end: an input cut short must not pass for a whole one.
            self.ended = true;
            return Err(e);
        }
        if self.ended { Ok(0) } else { self.rest.read(out) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_by_looking() {
        for n in [0, 1, 3, 9] {
            let mut peeked = Peeked::new(&b"abcde"[..], n);
            assert_eq!(peeked.head(), &b"abcde"[..n.min(5)]);
            let mut all = Vec::new();
            peeked.read_to_end(&mut all).unwrap();
            assert_eq!(all, b"abcde");
        }
    }

    #[test]
    fn a_failure_is_told_behind_the_bytes_before_it() {
        struct Once(bool);
        impl Read for Once {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) { Ok(0) } else { Err(io::Error::other("gone")) }
            }
        }
        let mut peeked = Peeked::new((&b"ab"[..]).chain(Once(false)), 9);
        let mut all = Vec::new();
        assert!(peeked.read_to_end(&mut all).is_err());
        assert_eq!(all, b"ab");
    }
}
