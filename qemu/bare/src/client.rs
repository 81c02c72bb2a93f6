// SPDX-License-Identifier: GPL-2.0-or-later
//! A client's side of the bed: sessions, and the routines of shm.defs as calls.

use alloc::vec::Vec;

use gnumach::error::{Kern, check};
use gnumach::right::{NULL, Name, SendRight};
use gnumach::{sys, trap};
use shm::wire::defs as wire;

use crate::bed;

/// What a call answers: a value, or a Hurd errno or kernel code.
pub type Answer<T> = Result<T, Kern>;

/// Whether a call was refused with this errno.
pub fn is(answer: &Answer<impl Sized>, error: shm::Error) -> bool {
    matches!(answer, Err(code) if code.is(error.hurd()))
}

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

    /// A session of a caller with these effective ids.
    ///
    /// # Errors
    /// As of the request, here and below.
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
        Ok(Session(unsafe { SendRight::from_raw(port) }))
    }

    /// Makes `task` process `pid`.
    ///
    /// # Errors
    /// As of the request.
    pub fn process(&self, task: Name, pid: i32) -> Answer<()> {
        // SAFETY: no memory is involved.
        check(unsafe { bed::bed_process(self.0.name(), task, pid) })
    }

    /// Sets the server's limits.
    ///
    /// # Errors
    /// As of the request.
    pub fn limits(&self, shmmax: u64, shmall: u64, shmmni: u32) -> Answer<()> {
        // SAFETY: no memory is involved.
        check(unsafe { bed::bed_limits(self.0.name(), shmmax, shmall, shmmni) })
    }

    /// The privileged host port.
    ///
    /// # Errors
    /// As of the request.
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
    /// As of the request.
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

/// A port to the server with an identity.
pub struct Session(SendRight);

/// An attachment as the server answers it.
pub struct Attached {
    /// Base address.
    pub address: u64,
    /// Bytes mapped.
    pub size: u64,
    /// The token; null if the flags said that the client has it.
    pub token: SendRight,
}

impl Session {
    /// Takes a right to the server for a session, such as a bootstrap port.
    #[must_use]
    pub fn new(port: SendRight) -> Self {
        Self(port)
    }

    /// The right, to be handed on.
    #[must_use]
    pub fn right(&self) -> &SendRight {
        &self.0
    }

    /// The server's protocol version.
    ///
    /// # Errors
    /// As of the request, here and below.
    pub fn version(&self) -> Answer<u32> {
        let mut version = 0;
        // SAFETY: a valid out-pointer.
        check(unsafe { wire::sysvshm_version(self.0.name(), &mut version) })?;
        Ok(version)
    }

    /// shmget(2), for this task.
    ///
    /// # Errors
    /// As of the request.
    pub fn get(&self, key: i32, size: u64, flags: u32) -> Answer<i32> {
        self.get_as(trap::mach_task_self(), key, size, flags)
    }

    /// shmget(2), naming any port as the task.
    ///
    /// # Errors
    /// As of the request.
    pub fn get_as(&self, task: Name, key: i32, size: u64, flags: u32) -> Answer<i32> {
        let mut id = 0;
        // SAFETY: a valid out-pointer.
        check(unsafe { wire::sysvshm_get(self.0.name(), task, key, size, flags, &mut id) })?;
        Ok(id)
    }

    /// shmat(2), into this task.
    ///
    /// # Errors
    /// As of the request.
    pub fn attach(&self, id: i32, flags: u32, address: u64) -> Answer<Attached> {
        self.attach_to(trap::mach_task_self(), id, flags, address)
    }

    /// shmat(2), into any task.
    ///
    /// # Errors
    /// As of the request.
    pub fn attach_to(&self, task: Name, id: i32, flags: u32, address: u64) -> Answer<Attached> {
        let (mut address, mut size, mut token) = (address, 0, NULL);
        // SAFETY: valid out-pointers.
        check(unsafe {
            wire::sysvshm_attach(
                self.0.name(),
                task,
                id,
                flags,
                &mut address,
                &mut size,
                &mut token,
            )
        })?;
        // SAFETY: the reply carried this right.
        let token = unsafe { SendRight::from_raw(token) };
        Ok(Attached {
            address,
            size,
            token,
        })
    }

    /// shmdt(2), from this task.
    ///
    /// # Errors
    /// As of the request.
    pub fn detach(&self, address: u64) -> Answer<()> {
        self.detach_from(trap::mach_task_self(), address)
    }

    /// shmdt(2), from any task.
    ///
    /// # Errors
    /// As of the request.
    pub fn detach_from(&self, task: Name, address: u64) -> Answer<()> {
        // SAFETY: removes an attachment; whoever calls this has no reference into it.
        check(unsafe { wire::sysvshm_detach(self.0.name(), task, address) })
    }

    /// `IPC_STAT`.
    ///
    /// # Errors
    /// As of the request.
    pub fn stat(&self, id: i32) -> Answer<wire::sysvshm_ds_t> {
        self.stat_how(id, wire::SYSVSHM_BY_ID)
    }

    /// `IPC_STAT`, `SHM_STAT` or `SHM_STAT_ANY`.
    ///
    /// # Errors
    /// As of the request.
    pub fn stat_how(&self, which: i32, how: u32) -> Answer<wire::sysvshm_ds_t> {
        let mut ds = wire::sysvshm_ds_t::default();
        // SAFETY: a valid out-pointer.
        check(unsafe { wire::sysvshm_stat(self.0.name(), which, how, &mut ds) })?;
        Ok(ds)
    }

    /// `IPC_SET`.
    ///
    /// # Errors
    /// As of the request.
    pub fn set(&self, id: i32, uid: u32, gid: u32, mode: u32) -> Answer<()> {
        // SAFETY: no memory is involved.
        check(unsafe { wire::sysvshm_set(self.0.name(), id, uid, gid, mode) })
    }

    /// `IPC_RMID`.
    ///
    /// # Errors
    /// As of the request.
    pub fn remove(&self, id: i32) -> Answer<()> {
        // SAFETY: no memory is involved.
        check(unsafe { wire::sysvshm_remove(self.0.name(), id) })
    }

    /// `SHM_LOCK` and `SHM_UNLOCK`.
    ///
    /// # Errors
    /// As of the request.
    pub fn lock(&self, id: i32, lock: u32) -> Answer<()> {
        // SAFETY: no memory is involved.
        check(unsafe { wire::sysvshm_lock(self.0.name(), id, lock) })
    }

    /// `IPC_INFO` and `SHM_INFO`.
    ///
    /// # Errors
    /// As of the request.
    pub fn info(&self) -> Answer<wire::sysvshm_info_t> {
        let mut info = wire::sysvshm_info_t::default();
        // SAFETY: a valid out-pointer.
        check(unsafe { wire::sysvshm_info(self.0.name(), &mut info) })?;
        Ok(info)
    }

    /// The whole table.
    ///
    /// # Errors
    /// As of the request.
    pub fn list(&self) -> Answer<Vec<wire::sysvshm_ds_t>> {
        let mut buffer = [wire::sysvshm_ds_t::default(); 32];
        let mut table = buffer.as_mut_ptr();
        let mut count = buffer.len() as u32;
        // SAFETY: the stub fills the buffer, or points `table` to pages of its own.
        check(unsafe { wire::sysvshm_list(self.0.name(), &mut table, &mut count) })?;
        // SAFETY: `table` is the buffer or those pages, with `count` structures.
        let list = unsafe { core::slice::from_raw_parts(table, count as usize) }.to_vec();
        if table != buffer.as_mut_ptr() {
            let size = size_of_val(list.as_slice()) as sys::vm_size_t;
            // SAFETY: the pages came with the reply and are ours.
            unsafe { trap::vm_deallocate(trap::mach_task_self(), table.addr() as _, size) };
        }
        Ok(list)
    }

    /// What the mode grants.
    ///
    /// # Errors
    /// As of the request.
    pub fn access(&self, id: i32) -> Answer<u32> {
        let mut access = 0;
        // SAFETY: a valid out-pointer.
        check(unsafe { wire::sysvshm_access(self.0.name(), id, &mut access) })?;
        Ok(access)
    }

    /// A memory object of a segment, and the segment's size.
    ///
    /// # Errors
    /// As of the request.
    pub fn object(&self, id: i32, access: u32) -> Answer<(SendRight, u64)> {
        let (mut object, mut size) = (NULL, 0);
        // SAFETY: valid out-pointers.
        check(unsafe { wire::sysvshm_object(self.0.name(), id, access, &mut object, &mut size) })?;
        // SAFETY: the reply carried this right.
        Ok((unsafe { SendRight::from_raw(object) }, size))
    }

    /// Who has a segment attached.
    ///
    /// # Errors
    /// As of the request.
    pub fn holders(&self, id: i32) -> Answer<Vec<wire::sysvshm_holder_t>> {
        let mut buffer = [wire::sysvshm_holder_t::default(); 32];
        let mut holders = buffer.as_mut_ptr();
        let mut count = buffer.len() as u32;
        // SAFETY: the stub fills the buffer, or points `holders` to pages of its own.
        check(unsafe { wire::sysvshm_holders(self.0.name(), id, &mut holders, &mut count) })?;
        // SAFETY: `holders` is the buffer or those pages, with `count` structures.
        let list = unsafe { core::slice::from_raw_parts(holders, count as usize) }.to_vec();
        if holders != buffer.as_mut_ptr() {
            let size = size_of_val(list.as_slice()) as sys::vm_size_t;
            // SAFETY: the pages came with the reply and are ours.
            unsafe { trap::vm_deallocate(trap::mach_task_self(), holders.addr() as _, size) };
        }
        Ok(list)
    }

    /// Asks for a message to `port`, a receive right of this task, at the next change.
    ///
    /// # Errors
    /// As of the request.
    pub fn watch(&self, port: Name) -> Answer<()> {
        // SAFETY: the stub makes a send-once right of it.
        check(unsafe { wire::sysvshm_watch(self.0.name(), port) })
    }

    /// Before a fork: the ticket, or `None` without attachments.
    ///
    /// # Errors
    /// As of the request.
    pub fn fork(&self) -> Answer<Option<SendRight>> {
        let mut ticket = NULL;
        // SAFETY: a valid out-pointer.
        check(unsafe { wire::sysvshm_fork(self.0.name(), trap::mach_task_self(), &mut ticket) })?;
        // SAFETY: the reply carried this right, or null.
        Ok((ticket != NULL).then(|| unsafe { SendRight::from_raw(ticket) }))
    }

    /// After a fork, for the child `task`: its token.
    ///
    /// # Errors
    /// As of the request.
    pub fn fork_child(&self, task: Name, ticket: Name) -> Answer<SendRight> {
        let mut token = NULL;
        // SAFETY: a valid out-pointer.
        check(unsafe { wire::sysvshm_fork_child(self.0.name(), task, ticket, &mut token) })?;
        // SAFETY: the reply carried this right.
        Ok(unsafe { SendRight::from_raw(token) })
    }
}
