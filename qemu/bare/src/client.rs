// SPDX-License-Identifier: GPL-2.0-or-later
//! A client's side of the bed: bed.defs as calls, and [`shm::wire::client`] for shm.defs. A port of
//! the server is a session here, as bed.defs calls it.

use gnumach::error::check;
use gnumach::right::{NULL, Name, SendRight};
pub use shm::wire::client::{Answer, Attached, Client as Session, is};

use crate::bed;

/// The control port of the bed's server.
pub struct Control(SendRight);

/// What the server holds; see bed.defs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Holdings {
    pub names: u32,
    pub references: u64,
    pub regions: u32,
    pub bytes: u64,
    pub threads: u32,
}

impl Control {
    /// The bootstrap port of the first client is one.
    #[must_use]
    pub fn new(port: SendRight) -> Self {
        Self(port)
    }

    /// The right, to be handed on.
    #[must_use]
    pub fn right(&self) -> &SendRight {
        &self.0
    }

    /// A port of a caller with these effective ids.
    ///
    /// # Errors
    /// The server is gone, or has no memory, here and below.
    pub fn session(&self, uids: &[u32], gids: &[u32]) -> Answer<Session> {
        let mut port = NULL;
        // SAFETY: the stub copies the arrays and fills in the right.
        check(unsafe {
            bed::bed_session(
                self.0.name(),
                uids.as_ptr().cast_mut(),
                uids.len() as u32,
                gids.as_ptr().cast_mut(),
                gids.len() as u32,
                &mut port,
            )
        })?;
        // SAFETY: the reply carried this right.
        Ok(Session::new(unsafe { SendRight::from_raw(port) }))
    }

    /// Makes `task` process `pid`.
    ///
    /// # Errors
    /// `ESRCH`: `task` is no task.
    pub fn process(&self, task: Name, pid: i32) -> Answer<()> {
        // SAFETY: no memory is involved.
        check(unsafe { bed::bed_process(self.0.name(), task, pid) })
    }

    /// Sets the server's limits: bytes, pages, segments.
    ///
    /// # Errors
    /// `EINVAL`: more segments than there are ids.
    pub fn limits(&self, shmmax: u64, shmall: u64, shmmni: u32) -> Answer<()> {
        // SAFETY: no memory is involved.
        check(unsafe { bed::bed_limits(self.0.name(), shmmax, shmall, shmmni) })
    }

    /// The privileged host port.
    ///
    /// # Errors
    /// The server is gone.
    pub fn host(&self) -> Answer<SendRight> {
        let mut host = NULL;
        // SAFETY: a valid out-pointer.
        check(unsafe { bed::bed_host(self.0.name(), &mut host) })?;
        // SAFETY: the reply carried this right.
        Ok(unsafe { SendRight::from_raw(host) })
    }

    /// Counts what the server holds.
    ///
    /// # Errors
    /// The server is gone.
    pub fn holdings(&self) -> Answer<Holdings> {
        let mut it = Holdings {
            names: 0,
            references: 0,
            regions: 0,
            bytes: 0,
            threads: 0,
        };
        // SAFETY: all out-pointers are valid.
        check(unsafe {
            bed::bed_holdings(
                self.0.name(),
                &mut it.names,
                &mut it.references,
                &mut it.regions,
                &mut it.bytes,
                &mut it.threads,
            )
        })?;
        Ok(it)
    }
}
