//! Reads a stream into a buffer, as much of it as is asked for.

use std::io::{self, ErrorKind, Read};

/// A stream and what was read of it but not yet given away.
#[derive(Debug)]
pub(super) struct Intake<R> {
    reader: R,
    /// What is there.
    pub buffer: Vec<u8>,
    /// Whether no more will come.
    pub ended: bool,
    /// What ended the stream before its time.
    failure: Option<io::Error>,
}

impl<R: Read> Intake<R> {
    pub fn new(reader: R) -> Self {
        Intake { reader, buffer: Vec::new(), ended: false, failure: None }
    }

    /// Reads until the buffer holds `wanted` bytes or the stream ends. One that fails ends too: text that came first is told first.
    pub fn fill(&mut self, wanted: usize) {
        while self.buffer.len() < wanted && !self.ended {
            let missing = (wanted - self.buffer.len()) as u64;
            match self.reader.by_ref().take(missing).read_to_end(&mut self.buffer) {
                Ok(0) => self.ended = true,
                Ok(_) => {}
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => {
                    self.ended = true;
                    self.failure = Some(e);
                }
            }
        }
    }

    /// What stands in front of the buffer, `None` where that is nothing; or, where it is nothing because the stream failed, that.
    pub fn front(&mut self, length: usize) -> io::Result<Option<&[u8]>> {
        match self.failure.take_if(|_| length == 0) {
            Some(e) => Err(e),
            None => Ok((length > 0).then(|| &self.buffer[..length])),
        }
    }
}
