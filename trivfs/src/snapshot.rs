// SPDX-License-Identifier: GPL-2.0-or-later
//! A text that is made when it is read, and stays as it is while it is read on.
#![forbid(unsafe_code)]

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use hurd_ports::user::payer;

use crate::User;

/// Texts that the opens of one user keep, at most.
const KEPT: usize = 16;

/// What an open of a node has read so far: a read at offset 0 makes a new text, and reads beyond go
/// on in that text, so short reads fit together whatever happens meanwhile.
///
/// A text may be large, and a user may have many opens. Those that are made by
/// [`of`](Self::of) keep 16 texts for each user: for one more, the oldest is given up, and an open
/// that reads on in it goes on in a new one.
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
pub struct Snapshot {
    slot: Arc<Slot>,
    user: Option<u32>,
}

/// An open's text.
type Slot = Mutex<Option<Arc<[u8]>>>;

/// The opens of each user that have a text, the oldest first.
static SHELF: Shelf = Shelf(Mutex::new(BTreeMap::new()));

struct Shelf(Mutex<BTreeMap<u32, VecDeque<Weak<Slot>>>>);

impl Shelf {
    /// This open of the user's has a text, or none. Answers the open that is to give its own up.
    fn note(&self, user: u32, slot: &Arc<Slot>, has: bool) -> Option<Arc<Slot>> {
        let mut users = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let list = users.entry(user).or_default();
        list.retain(|other| !std::ptr::eq(other.as_ptr(), Arc::as_ptr(slot)));
        if has {
            list.push_back(Arc::downgrade(slot));
        }
        let oldest = (list.len() > KEPT).then(|| list.pop_front()).flatten();
        if list.is_empty() {
            users.remove(&user);
        }
        oldest.and_then(|oldest| oldest.upgrade())
    }
}

impl Snapshot {
    /// For an open of `user`.
    #[must_use]
    pub fn of(user: User<'_>) -> Self {
        Self {
            slot: Arc::default(),
            user: Some(payer(user.uids)),
        }
    }

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
        let kept = lock(&self.slot).clone();
        kept.unwrap_or_else(|| {
            let text: Arc<[u8]> = make().into();
            self.set(Some(text.clone()));
            text
        })
    }

    fn set(&self, text: Option<Arc<[u8]>>) {
        let has = text.is_some();
        let old = std::mem::replace(&mut *lock(&self.slot), text);
        if has != old.is_some()
            && let Some(user) = self.user
            && let Some(oldest) = SHELF.note(user, &self.slot, has)
        {
            let gone = lock(&oldest).take();
            drop(gone);
        }
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        self.set(None);
    }
}

/// The text is replaced as a whole, so a panic elsewhere leaves nothing half done.
fn lock(slot: &Slot) -> MutexGuard<'_, Option<Arc<[u8]>>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{KEPT, SHELF, Snapshot};
    use crate::User;
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

    #[test]
    fn a_user_s_opens_keep_so_many_texts_and_another_s_their_own() {
        let user = |uids| Snapshot::of(User { uids, gids: &[] });
        let other = user(&[4002]);
        other.read(0, 1, || b"other".to_vec());
        let opens: Vec<_> = (0..3 * KEPT).map(|_| user(&[4001])).collect();
        for open in &opens {
            assert_eq!(open.read(0, 1, || b"old".to_vec()), b"o");
        }
        let kept = |open: &Snapshot| open.read(1, 9, || b"new".to_vec()) == b"ld";
        assert!(opens.iter().rev().take(KEPT).all(kept));
        assert!(!kept(&opens[2 * KEPT - 1]));
        // To read on made a new text, for which the oldest went.
        assert!(!kept(&opens[2 * KEPT]));
        assert_eq!(other.read(1, 9, || b"none".to_vec()), b"ther");
        drop(opens);
        drop(other);
        let users = SHELF.0.lock().unwrap();
        assert!(!users.contains_key(&4001) && !users.contains_key(&4002));
    }
}
