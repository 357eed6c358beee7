//! gzip and Zstandard: recognised by their first bytes, read as text and written back as what they were.

use std::io::{self, BufReader, Read, Write};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::error::damaged;
use super::peek::Peeked;

/// How the bytes of an input are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    /// Not at all.
    None,
    /// gzip, any number of members.
    Gzip,
    /// Zstandard, any number of frames.
    Zstd,
}

impl Compression {
    fn of_magic(magic: &[u8]) -> Compression {
        match magic {
            [0x1F, 0x8B, 0x08, ..] => Compression::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Compression::Zstd,
            // A skippable frame may stand before the first one with text in it.
            [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Compression::Zstd,
            _ => Compression::None,
        }
    }
}

/// Looks at the first bytes of an input and gives its text, unpacked.
///
/// Names are not asked: stdin has none, and no text begins with these bytes.
pub(super) fn unpack<'a>(reader: impl Read + 'a) -> (Compression, Box<dyn Read + 'a>) {
    let reader = Peeked::new(reader, 4);
    let compression = Compression::of_magic(reader.head());
    let text: Box<dyn Read> = match compression {
        Compression::None => Box::new(reader),
        Compression::Gzip => Box::new(MultiGzDecoder::new(BufReader::new(reader))),
        Compression::Zstd => Box::new(ZstdReader::new(reader)),
    };
    (compression, text)
}

/// Reads all frames of a Zstandard stream.
struct ZstdReader<R: Read> {
    source: BufReader<R>,
    decoder: FrameDecoder,
    in_frame: bool,
}

impl<R: Read> ZstdReader<R> {
    fn new(source: R) -> Self {
        ZstdReader { source: BufReader::new(source), decoder: FrameDecoder::new(), in_frame: false }
    }

    /// Goes on to the next frame with text in it; `false` at the end of the stream.
    fn next_frame(&mut self) -> io::Result<bool> {
        use io::BufRead;
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.init(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let skipped = io::copy(&mut self.source.by_ref().take(length.into()), &mut io::sink())?;
                    if skipped < length.into() {
                        return Err(damaged("zstd data: cut short"));
                    }
                }
                Err(e) => return Err(damaged(format!("zstd data: {e}"))),
            }
        }
    }

    /// The text of a frame is what was packed: the checksum says so where there is one.
    fn end_frame(&mut self) -> io::Result<()> {
        self.in_frame = false;
        match (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum()) {
            (Some(stored), Some(counted)) if stored != counted => Err(damaged("zstd data: wrong checksum")),
            _ => Ok(()),
        }
    }
}

impl<R: Read> Read for ZstdReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.in_frame {
                if !self.next_frame()? {
                    return Ok(0);
                }
                self.in_frame = true;
            }
            while self.decoder.can_collect() < out.len() && !self.decoder.is_finished() {
                let some = BlockDecodingStrategy::UptoBytes(out.len());
                self.decoder.decode_blocks(&mut self.source, some).map_err(|e| damaged(format!("zstd data: {e}")))?;
            }
            let n = self.decoder.read(out)?;
            if n > 0 {
                return Ok(n);
            }
            self.end_frame()?;
        }
    }
}

/// Bytes of text in a Zstandard frame: frames in a row are one stream, so memory stays bounded.
const FRAME: usize = 1 << 20;

/// Writes text packed as its input was; [`Packer::finish`] ends it.
pub(super) enum Packer<W: Write> {
    /// As it is.
    Plain(W),
    /// As one gzip member.
    Gzip(GzEncoder<W>),
    /// As Zstandard frames.
    Zstd {
        /// Where they go.
        out: W,
        /// Text of the next frame.
        held: Vec<u8>,
    },
}

impl<W: Write> Packer<W> {
    pub fn new(compression: Compression, out: W) -> Packer<W> {
        match compression {
            Compression::None => Packer::Plain(out),
            Compression::Gzip => Packer::Gzip(GzEncoder::new(out, flate2::Compression::default())),
            Compression::Zstd => Packer::Zstd { out, held: Vec::new() },
        }
    }

    /// Writes what is held back and gives the writer back.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Packer::Plain(out) => Ok(out),
            Packer::Gzip(encoder) => encoder.finish(),
            Packer::Zstd { mut out, held } => {
                if !held.is_empty() {
                    out.write_all(&frame(&held))?;
                }
                Ok(out)
            }
        }
    }
}

fn frame(text: &[u8]) -> Vec<u8> {
    compress_to_vec(text, CompressionLevel::Fastest)
}

impl<W: Write> Write for Packer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Packer::Plain(out) => out.write(bytes),
            Packer::Gzip(encoder) => encoder.write(bytes),
            Packer::Zstd { out, held } => {
                held.extend(bytes);
                while held.len() >= FRAME {
                    out.write_all(&frame(&held[..FRAME]))?;
                    held.drain(..FRAME);
                }
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Packer::Plain(out) => out.flush(),
            // Flushing the encoders would cost compression; whoever reads packed text can wait for its end.
            Packer::Gzip(_) | Packer::Zstd { .. } => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(compression: Compression, text: &[u8]) -> Vec<u8> {
        let mut packer = Packer::new(compression, Vec::new());
        packer.write_all(text).unwrap();
        packer.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> io::Result<(Compression, Vec<u8>)> {
        let (compression, mut reader) = unpack(bytes);
        let mut out = Vec::new();
        reader.read_to_end(&mut out)?;
        Ok((compression, out))
    }

    #[test]
    fn what_is_packed_is_read_again() {
        let long: Vec<u8> = (0..400_000u32).flat_map(|i| (i.wrapping_mul(2_654_435_761) >> 9).to_le_bytes()).collect();
        for text in [&b""[..], b"a", b"Good morning.\n", &long] {
            for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
                let (found, out) = read(&packed(compression, text)).unwrap();
                assert!(out == text);
                assert!(found == compression || text.is_empty());
            }
        }
    }

    #[test]
    fn several_members_and_frames_are_one_text() {
        for compression in [Compression::Gzip, Compression::Zstd] {
            let two = [packed(compression, b"one "), packed(compression, b"two")].concat();
            assert_eq!(read(&two).unwrap(), (compression, b"one two".to_vec()));
        }
        let skippable = [&[0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9][..], &packed(Compression::Zstd, b"text")].concat();
        assert_eq!(read(&skippable).unwrap().1, b"text");
    }

    #[test]
    fn damage_is_an_error() {
        for compression in [Compression::Gzip, Compression::Zstd] {
            let whole = packed(compression, &b"Good morning, and welcome. ".repeat(50));
            for cut in [5, whole.len() / 2, whole.len() - 1] {
                assert!(read(&whole[..cut]).is_err(), "{compression:?} cut at {cut}");
            }
            let mut flipped = whole.clone();
            let last = flipped.len() - 2;
            flipped[last] ^= 0x55;
            assert!(read(&flipped).is_err(), "{compression:?} with a wrong checksum");
        }
    }
}
