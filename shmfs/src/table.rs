// SPDX-License-Identifier: GPL-2.0-or-later
//! The snapshot of the server's table that is kept as long as it is true.
//!
//! The server sends a message when the table changes, before the call that made the change is
//! answered (`sysvshm_watch`). So as long as no message waits on our port, the snapshot is what
//! the server would answer, and `ls -l` of any number of segments takes one list. When something
//! changed, one segment is asked for alone at first; the whole table comes once several were.

use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use gnumach::right::ReceiveRight;
use gnumach::sync::Mutex;
use gnumach::{sys, trap};
use netfs::{Error, Result};

use crate::server::Link;
use crate::snapshot::{Segment, Snapshot, slot};

/// A snapshot is used for twice this time at most, since the server does not tell how much of a
/// segment exists.
const SWEEP: Duration = Duration::from_millis(2500);

/// Segments asked for alone before the whole table is, if the last table served as many.
const FEW: u32 = 4;

/// The same if tables change faster than they serve.
const MANY: u32 = 4096;

/// See the module's text.
pub struct Table {
    state: Arc<Mutex<State>>,
}

struct State {
    port: ReceiveRight,
    /// The server has a right to send to it, not used yet.
    watched: bool,
    kept: Option<Kept>,
    /// A thread looks for a snapshot that has grown old. To read the clock takes a call of the
    /// kernel, which each look at each file would have to make.
    swept: bool,
    /// Segments asked for alone since the last table.
    alone: u32,
    /// How many of those there may be before the next.
    limit: u32,
}

struct Kept {
    snapshot: Arc<Snapshot>,
    /// A sweep found it.
    old: bool,
    /// How often it served.
    served: u32,
}

impl Table {
    /// Nothing known yet.
    ///
    /// # Errors
    /// `ENOMEM`: no port.
    pub fn new() -> Result<Self> {
        Ok(Self {
            state: Arc::new(Mutex::new(State {
                port: ReceiveRight::allocate().map_err(|_| Error::ENOMEM)?,
                watched: false,
                kept: None,
                swept: false,
                alone: 0,
                limit: FEW,
            })),
        })
    }

    /// The table as it is now.
    ///
    /// # Errors
    /// Those of the server.
    pub fn all(&self, link: &Link) -> Result<Arc<Snapshot>> {
        let mut state = self.state.lock();
        match state.current() {
            Some(snapshot) => Ok(snapshot),
            None => self.renew(&mut state, link),
        }
    }

    /// The segment with this id, as it is now.
    ///
    /// # Errors
    /// `EINVAL`: there is none; those of the server.
    pub fn find(&self, link: &Link, id: i32) -> Result<Segment> {
        match self.some(link)? {
            Some(snapshot) => snapshot.find(id).ok_or(Error::EINVAL),
            None => {
                let found = link.at_slot(slot(id))?;
                Some(found).filter(|it| it.id == id).ok_or(Error::EINVAL)
            }
        }
    }

    /// The id of the segment with this key, as it is now.
    ///
    /// # Errors
    /// `ENOENT`: there is none; those of the server.
    pub fn find_key(&self, link: &Link, key: i32) -> Result<i32> {
        match self.some(link)? {
            Some(snapshot) => snapshot.find_key(key).map(|it| it.id).ok_or(Error::ENOENT),
            None => link.of_key(key),
        }
    }

    /// The table, if it is known or worth to be asked for; otherwise one segment is to be.
    fn some(&self, link: &Link) -> Result<Option<Arc<Snapshot>>> {
        let mut state = self.state.lock();
        match state.current() {
            Some(snapshot) => Ok(Some(snapshot)),
            None if state.alone >= state.limit => self.renew(&mut state, link).map(Some),
            None => {
                state.alone += 1;
                Ok(None)
            }
        }
    }

    /// Asks for the table, and to be told when it changes.
    fn renew(&self, state: &mut State, link: &Link) -> Result<Arc<Snapshot>> {
        state.alone = 0;
        // A message of before says nothing about the list to come.
        state.told();
        // First, so that a change during the list is told.
        if !state.watched {
            // Refused, where too many are watching, nothing is kept.
            state.watched = link.watch(state.port.name()).is_ok();
        }
        let snapshot = Arc::new(Snapshot::new(link.list()?));
        if !state.swept {
            // Where no thread can be had, nothing is kept either.
            state.swept = sweeper(Arc::downgrade(&self.state)).is_ok();
        }
        if state.watched && state.swept {
            state.kept = Some(Kept {
                snapshot: snapshot.clone(),
                old: false,
                served: 0,
            });
        } else {
            // It serves once, so the next is to be worth more.
            state.limit = (state.limit * 2).min(MANY);
        }
        Ok(snapshot)
    }
}

/// Starts a thread that drops a snapshot at the second sweep that finds it, and ends when it finds
/// none.
fn sweeper(state: Weak<Mutex<State>>) -> std::io::Result<()> {
    let sweeps = move || {
        loop {
            thread::sleep(SWEEP);
            let Some(state) = state.upgrade() else { return };
            let mut state = state.lock();
            match &mut state.kept {
                None => {
                    state.swept = false;
                    return;
                }
                Some(kept) if kept.old => state.drop_kept(),
                Some(kept) => kept.old = true,
            }
        }
    };
    thread::Builder::new().spawn(sweeps).map(drop)
}

impl State {
    /// The snapshot, if it is still true.
    fn current(&mut self) -> Option<Arc<Snapshot>> {
        if self.told() {
            self.drop_kept();
        }
        let kept = self.kept.as_mut()?;
        kept.served = kept.served.saturating_add(1);
        Some(kept.snapshot.clone())
    }

    /// Drops the snapshot, and learns from how often it served.
    fn drop_kept(&mut self) {
        if let Some(kept) = self.kept.take() {
            self.limit = if kept.served >= self.limit {
                FEW
            } else {
                (self.limit * 2).min(MANY)
            };
        }
    }

    /// Whether a message came: of a change, or the kernel's that the server is gone. Anybody's
    /// would do no more harm than an early look.
    fn told(&mut self) -> bool {
        let mut told = false;
        loop {
            let mut buffer = [0_u64; 32];
            let head = buffer.as_mut_ptr().cast::<sys::mach_msg_header_t>();
            let option = sys::MACH_RCV_MSG | sys::MACH_RCV_TIMEOUT;
            let (size, port) = (size_of_val(&buffer) as u32, self.port.name());
            // SAFETY: the buffer is ours and as large as said.
            let code = unsafe { trap::mach_msg(head, option as _, 0, size, port, 0, 0) };
            if code != 0 {
                return told;
            }
            told = true;
            self.watched = false;
            // SAFETY: a whole message, of which nobody took anything.
            unsafe { trap::mach_msg_destroy(head) };
        }
    }
}
