//! A log that does not grow: the beginning and the end of what was written.

use crate::sandbox::tells_of_memory;
use std::collections::VecDeque;

const HEAD: usize = 16 * 1024;
const TAIL: usize = 48 * 1024;

/// The beginning and the end of what was written.
#[derive(Debug, Default)]
pub(super) struct Log {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    dropped: u64,
}

impl Log {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(bytes.len().min(HEAD - self.head.len()));
        self.head.extend_from_slice(first);
        let (skipped, rest) = rest.split_at(rest.len().saturating_sub(TAIL));
        let surplus = (self.tail.len() + rest.len()).saturating_sub(TAIL).min(self.tail.len());
        self.tail.drain(..surplus);
        self.tail.extend(rest);
        self.dropped += (skipped.len() + surplus) as u64;
    }

    /// Whether it was written that memory was refused.
    pub(super) fn tells_of_memory(&self) -> bool {
        let tail: Vec<u8> = self.tail.iter().copied().collect();
        tells_of_memory(&self.head) || tells_of_memory(&tail)
    }

    /// Takes everything out, as text.
    pub(super) fn take(&mut self) -> String {
        let log = std::mem::take(self);
        let tail: Vec<u8> = log.tail.into();
        if log.dropped == 0 {
            return String::from_utf8_lossy(&[log.head, tail].concat()).into_owned();
        }
        format!(
            "{}\n[... {} bytes left out ...]\n{}",
            String::from_utf8_lossy(&log.head),
            log.dropped,
            String::from_utf8_lossy(&tail)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_log_is_whole() {
        let mut log = Log::default();
        log.push(b"one ");
        log.push(b"two");
        assert_eq!(log.take(), "one two");
        assert_eq!(log.take(), "");
    }

    #[test]
    fn a_long_log_keeps_both_ends() {
        for piece in [1000, 100_000] {
            let mut log = Log::default();
            let total = 1_000_000;
            log.push(b"begin");
            for _ in 0..total / piece {
                log.push(&vec![b'x'; piece]);
            }
            log.push(b"end");
            let text = log.take();
            assert!(text.starts_with("begin") && text.ends_with("end"));
            let left_out = total + 8 - HEAD - TAIL;
            assert!(text.contains(&format!("[... {left_out} bytes left out ...]")), "{piece}");
        }
    }
}
