// SPDX-License-Identifier: GPL-2.0-or-later
//! A text that is made when it is read, and stays as it is while it is read on.
#![forbid(unsafe_code)]

use std::sync::{Arc, Mutex, PoisonError};

/// What an open of a node has read so far: a read at offset 0 makes a new text, and reads beyond go
/// on in that text, so short reads fit together whatever happens meanwhile.
///
/// No lock is held while a text is made. Where two reads of one open make one at the same time,
/// the text of the later is kept.
///
/// ```
/// let snapshot = trivfs::Snapshot::default();
/// assert_eq!(snapshot.read(0, 2, || b"one\n".to_vec()), b"on");
/// // The rest is of the text that the first read made.
/// assert_eq!(snapshot.read(2, 10, || b"two\n".to_vec()), b"e\n");
/// assert_eq!(snapshot.read(4, 10, || b"two\n".to_vec()), b"");
/// // The end was seen: a read that goes on makes a new one.
/// assert_eq!(snapshot.size(|| b"three\n".to_vec()), 6);
/// ```
#[derive(Debug, Default)]
pub struct Snapshot(Mutex<Option<Arc<[u8]>>>);

impl Snapshot {
    /// At most `amount` bytes of the text from `offset` on; none beyond its end.
    pub fn read(&self, offset: u64, amount: usize, make: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
        if offset == 0 {
            self.set(None);
        }
        let text = self.text(make);
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|at| text.get(at..))
            .unwrap_or_default();
        let part = rest.get(..amount).unwrap_or(rest);
        if part.is_empty() && amount != 0 {
            // The end: most readers do not come back.
            self.set(None);
        }
        part.to_vec()
    }

    /// Bytes in the text.
    pub fn size(&self, make: impl FnOnce() -> Vec<u8>) -> u64 {
        self.text(make).len() as u64
    }

    fn text(&self, make: impl FnOnce() -> Vec<u8>) -> Arc<[u8]> {
        let kept = self.lock().clone();
        kept.unwrap_or_else(|| {
            let text: Arc<[u8]> = make().into();
            self.set(Some(text.clone()));
            text
        })
    }

    fn set(&self, text: Option<Arc<[u8]>>) {
        let old = std::mem::replace(&mut *self.lock(), text);
        drop(old);
    }

    /// The text is replaced as a whole, so a panic elsewhere leaves nothing half done.
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<[u8]>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Snapshot;
    use std::sync::{Barrier, mpsc};
    use std::time::Duration;

    #[test]
    fn one_that_makes_a_text_keeps_no_other_reader_waiting() {
        let snapshot = Snapshot::default();
        snapshot.read(0, 1, || b"old".to_vec());
        let (release, released) = mpsc::channel::<()>();
        let (snapshot, started) = (&snapshot, &Barrier::new(2));
        std::thread::scope(|scope| {
            scope.spawn(move || {
                snapshot.read(0, 9, || {
                    started.wait();
                    // For as long as the other reader needs.
                    let _ = released.recv_timeout(Duration::from_secs(20));
                    b"slow".to_vec()
                })
            });
            started.wait();
            assert_eq!(snapshot.read(1, 9, || b"quick".to_vec()), b"uick");
            release.send(()).unwrap();
        });
        assert_eq!(snapshot.size(|| b"none".to_vec()), 4);
    }

    #[test]
    fn offsets_beyond_the_end_read_nothing() {
        let snapshot = Snapshot::default();
        for offset in [4, 5, u64::MAX] {
            assert_eq!(snapshot.read(offset, 9, || b"text".to_vec()), b"");
        }
        assert_eq!(snapshot.read(0, usize::MAX, || b"text".to_vec()), b"text");
        assert_eq!(snapshot.read(0, 0, || b"text".to_vec()), b"");
    }
}
