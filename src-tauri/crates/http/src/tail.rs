//! The end of a long text, in bounded memory.

#[derive(Clone, Debug, Default)]
pub struct LogText {
    pub text: String,
    /// Bytes that were cut from the beginning; 0 when the text is complete.
    pub cut: u64,
}

/// The largest size of a log that is kept, in bytes.
pub const LONGEST_LOG: usize = 5 << 20;

#[derive(Default)]
pub struct Tail {
    bytes: Vec<u8>,
    cut: u64,
}

impl Tail {
    pub fn push(&mut self, piece: &[u8]) {
        self.bytes.extend_from_slice(piece);
        if self.bytes.len() > 2 * LONGEST_LOG {
            self.shorten();
        }
    }

    /// Invalid UTF-8 becomes U+FFFD; a first line that was cut is dropped.
    pub fn finish(mut self) -> LogText {
        self.shorten();
        if self.cut > 0 {
            let line = self.bytes.iter().take(4096).position(|b| *b == b'\n').map_or(0, |at| at + 1);
            self.drop_first(line);
        }
        LogText { text: String::from_utf8_lossy(&self.bytes).into_owned(), cut: self.cut }
    }

    fn shorten(&mut self) {
        self.drop_first(self.bytes.len().saturating_sub(LONGEST_LOG));
    }

    fn drop_first(&mut self, count: usize) {
        self.bytes.drain(..count);
        self.cut += count as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_end_and_counts_what_it_cut() {
        let mut tail = Tail::default();
        for _ in 0..1_500_000 {
            tail.push(b"0123456789\n");
        }
        tail.push(b"end");
        let log = tail.finish();
        assert!(log.text.len() <= LONGEST_LOG && log.text.starts_with("0123456789\n") && log.text.ends_with("\nend"));
        assert_eq!(log.cut + log.text.len() as u64, 1_500_000 * 11 + 3);
    }
}
