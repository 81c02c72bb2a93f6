// SPDX-License-Identifier: GPL-2.0-or-later
//! The snapshot of the server's table that is kept as long as it is true.
//!
//! The server sends a message when the table changes, before the call that made the change is
//! answered (`sysvshm_watch`). So as long as no message waits on our port, the snapshot is what
//! the server would answer, and `ls -l` of any number of segments takes one list. When something
//! changed, one segment is asked for alone at first; the whole table comes once several were.

use std::sync::Arc;
use std::time::{Duration, Instant};

use gnumach::right::ReceiveRight;
use gnumach::sync::Mutex;
use gnumach::{sys, trap};
use netfs::{Error, Result};

use crate::server::Link;
use crate::snapshot::{Segment, Snapshot, slot};

/// How long a snapshot is used for what the server does not tell of: how much of a segment exists.
const FRESH: Duration = Duration::from_secs(5);

/// Segments asked for alone before the whole table is, if the last table served as many.
const FEW: u32 = 4;

/// The same if tables change faster than they serve.
const MANY: u32 = 4096;

/// See the module's text.
pub struct Table {
    state: Mutex<State>,
}

struct State {
    port: ReceiveRight,
    /// The server has a right to send to it, not used yet.
    watched: bool,
    kept: Option<Kept>,
    /// Segments asked for alone since the last table.
    alone: u32,
    /// How many of those there may be before the next.
    limit: u32,
}

struct Kept {
    snapshot: Arc<Snapshot>,
    since: Instant,
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
            state: Mutex::new(State {
                port: ReceiveRight::allocate().map_err(|_| Error::ENOMEM)?,
                watched: false,
                kept: None,
                alone: 0,
                limit: FEW,
            }),
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
            None => state.renew(link),
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
            None if state.alone >= state.limit => state.renew(link).map(Some),
            None => {
                state.alone += 1;
                Ok(None)
            }
        }
    }
}

impl State {
    /// The snapshot, if it is still true.
    fn current(&mut self) -> Option<Arc<Snapshot>> {
        let changed = self.told();
        let kept = self.kept.as_mut()?;
        if changed || kept.since.elapsed() >= FRESH {
            self.limit = if kept.served >= self.limit {
                FEW
            } else {
                (self.limit * 2).min(MANY)
            };
            self.kept = None;
            return None;
        }
        kept.served = kept.served.saturating_add(1);
        Some(kept.snapshot.clone())
    }

    /// Asks for the table, and to be told when it changes.
    fn renew(&mut self, link: &Link) -> Result<Arc<Snapshot>> {
        self.alone = 0;
        // A message of before says nothing about the list to come.
        self.told();
        // First, so that a change during the list is told.
        if !self.watched {
            // Refused, where too many are watching, nothing is kept.
            self.watched = link.watch(self.port.name()).is_ok();
        }
        let snapshot = Arc::new(Snapshot::new(link.list()?));
        if self.watched {
            self.kept = Some(Kept {
                snapshot: snapshot.clone(),
                since: Instant::now(),
                served: 0,
            });
        }
        Ok(snapshot)
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
