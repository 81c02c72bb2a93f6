// SPDX-License-Identifier: GPL-2.0-or-later
//! The client's side of shm.defs: each routine as a method. Programs use libc's four functions;
//! this is for tests and measurements, which also send what libc never would.
//!
//! Each call is one RPC. An error is the server's errno in the Hurd's numbers
//! ([`Error::hurd`]), a code of the kernel's message system (the server is gone), or one of MIG
//! (it does not know the routine). defs/shm.defs has the errors of each routine.

use alloc::vec::Vec;

use gnumach::error::{Kern, check};
use gnumach::right::{NULL, Name, SendRight};
use gnumach::{sys, trap};

use super::defs;
use crate::Error;

/// What a call answers.
pub type Answer<T> = Result<T, Kern>;

/// Whether the server refused a call with this errno.
pub fn is(answer: &Answer<impl Sized>, error: Error) -> bool {
    matches!(answer, Err(code) if code.is(error.hurd()))
}

/// A port of the server: an open of its node, or a session of the bare server.
pub struct Client(SendRight);

/// An attachment as the server answers it. Dropping it does not detach.
pub struct Attached {
    /// First address.
    pub address: u64,
    /// Bytes mapped.
    pub size: u64,
    /// The token; null if the flags said that the client has it.
    pub token: SendRight,
}

impl Client {
    /// Takes a right to the server.
    #[must_use]
    pub fn new(port: SendRight) -> Self {
        Self(port)
    }

    /// The right, to be handed on.
    #[must_use]
    pub fn right(&self) -> &SendRight {
        &self.0
    }

    /// The version of the protocol that the server speaks.
    ///
    /// # Errors
    /// See [the module](self), here and below.
    pub fn version(&self) -> Answer<u32> {
        let mut version = 0;
        // SAFETY: a valid out-pointer.
        check(unsafe { defs::sysvshm_version(self.0.name(), &mut version) })?;
        Ok(version)
    }

    /// shmget(2), for this task. `size` is in bytes.
    ///
    /// # Errors
    /// Those of shmget(2).
    pub fn get(&self, key: i32, size: u64, flags: u32) -> Answer<i32> {
        self.get_as(trap::mach_task_self(), key, size, flags)
    }

    /// shmget(2), with any port in place of this task's.
    ///
    /// # Errors
    /// Those of shmget(2); `ESRCH`: `task` is no task.
    pub fn get_as(&self, task: Name, key: i32, size: u64, flags: u32) -> Answer<i32> {
        let mut id = 0;
        // SAFETY: a valid out-pointer.
        check(unsafe { defs::sysvshm_get(self.0.name(), task, key, size, flags, &mut id) })?;
        Ok(id)
    }

    /// shmat(2), into this task; address 0: where there is room.
    ///
    /// # Errors
    /// Those of shmat(2).
    pub fn attach(&self, id: i32, flags: u32, address: u64) -> Answer<Attached> {
        self.attach_to(trap::mach_task_self(), id, flags, address)
    }

    /// shmat(2), into the task that this port stands for, if it stands for one.
    ///
    /// # Errors
    /// Those of shmat(2); `ESRCH`: `task` is no task; `EAGAIN`: it does not answer.
    pub fn attach_to(&self, task: Name, id: i32, flags: u32, address: u64) -> Answer<Attached> {
        let (mut address, mut size, mut token) = (address, 0, NULL);
        // SAFETY: valid out-pointers.
        check(unsafe {
            defs::sysvshm_attach(
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

    /// shmdt(2), from this task. Pointers into the attachment must not be used afterwards.
    ///
    /// # Errors
    /// `EINVAL`: nothing is attached at `address`.
    pub fn detach(&self, address: u64) -> Answer<()> {
        self.detach_from(trap::mach_task_self(), address)
    }

    /// shmdt(2), from the task that this port stands for.
    ///
    /// # Errors
    /// `EINVAL`: nothing is attached at `address`; `ESRCH`: `task` is no task; `EAGAIN`: it does
    /// not answer.
    pub fn detach_from(&self, task: Name, address: u64) -> Answer<()> {
        // SAFETY: removes an attachment, to which no Rust reference was handed out: `Attached` has
        // its address as a number.
        check(unsafe { defs::sysvshm_detach(self.0.name(), task, address) })
    }

    /// shmctl(2), `IPC_STAT`.
    ///
    /// # Errors
    /// `EINVAL`: no such segment; `EACCES`: no read permission.
    pub fn stat(&self, id: i32) -> Answer<defs::sysvshm_ds_t> {
        self.stat_how(id, defs::SYSVSHM_BY_ID)
    }

    /// shmctl(2), `IPC_STAT`, `SHM_STAT` or `SHM_STAT_ANY`, as `how` says (`SYSVSHM_BY_ID` and so
    /// on).
    ///
    /// # Errors
    /// As for [`Client::stat`].
    pub fn stat_how(&self, which: i32, how: u32) -> Answer<defs::sysvshm_ds_t> {
        let mut ds = defs::sysvshm_ds_t::default();
        // SAFETY: a valid out-pointer.
        check(unsafe { defs::sysvshm_stat(self.0.name(), which, how, &mut ds) })?;
        Ok(ds)
    }

    /// shmctl(2), `IPC_SET`.
    ///
    /// # Errors
    /// `EINVAL`: no such segment; `EPERM`: neither owner, creator nor root.
    pub fn set(&self, id: i32, uid: u32, gid: u32, mode: u32) -> Answer<()> {
        // SAFETY: only numbers are passed.
        check(unsafe { defs::sysvshm_set(self.0.name(), id, uid, gid, mode) })
    }

    /// shmctl(2), `IPC_RMID`.
    ///
    /// # Errors
    /// As for [`Client::set`].
    pub fn remove(&self, id: i32) -> Answer<()> {
        // SAFETY: only numbers are passed.
        check(unsafe { defs::sysvshm_remove(self.0.name(), id) })
    }

    /// shmctl(2), `SHM_LOCK` (`lock` 1) and `SHM_UNLOCK` (0).
    ///
    /// # Errors
    /// As for [`Client::set`].
    pub fn lock(&self, id: i32, lock: u32) -> Answer<()> {
        // SAFETY: only numbers are passed.
        check(unsafe { defs::sysvshm_lock(self.0.name(), id, lock) })
    }

    /// shmctl(2), `IPC_INFO` and `SHM_INFO`.
    ///
    /// # Errors
    /// See [the module](self).
    pub fn info(&self) -> Answer<defs::sysvshm_info_t> {
        let mut info = defs::sysvshm_info_t::default();
        // SAFETY: a valid out-pointer.
        check(unsafe { defs::sysvshm_info(self.0.name(), &mut info) })?;
        Ok(info)
    }

    /// Every segment, by index.
    ///
    /// # Errors
    /// See [the module](self).
    pub fn list(&self) -> Answer<Vec<defs::sysvshm_ds_t>> {
        table(|table, count| {
            // SAFETY: `table` and `count` are as the stub wants them.
            unsafe { defs::sysvshm_list(self.0.name(), table, count) }
        })
    }

    /// What the segment's mode grants to the caller: `SYSVSHM_READ` and so on.
    ///
    /// # Errors
    /// `EINVAL`: no such segment.
    pub fn access(&self, id: i32) -> Answer<u32> {
        let mut access = 0;
        // SAFETY: a valid out-pointer.
        check(unsafe { defs::sysvshm_access(self.0.name(), id, &mut access) })?;
        Ok(access)
    }

    /// A memory object of a segment, and the segment's size in bytes.
    ///
    /// # Errors
    /// `EINVAL`: no such segment, or no such `access`; `EACCES`: the mode does not grant it; `ENOMEM`:
    /// no memory for the object.
    pub fn object(&self, id: i32, access: u32) -> Answer<(SendRight, u64)> {
        let (mut object, mut size) = (NULL, 0);
        // SAFETY: valid out-pointers.
        check(unsafe { defs::sysvshm_object(self.0.name(), id, access, &mut object, &mut size) })?;
        // SAFETY: the reply carried this right.
        Ok((unsafe { SendRight::from_raw(object) }, size))
    }

    /// The attachments of a segment.
    ///
    /// # Errors
    /// As for [`Client::set`].
    pub fn holders(&self, id: i32) -> Answer<Vec<defs::sysvshm_holder_t>> {
        table(|table, count| {
            // SAFETY: `table` and `count` are as the stub wants them.
            unsafe { defs::sysvshm_holders(self.0.name(), id, table, count) }
        })
    }

    /// Asks for a message to `port`, a receive right of this task, at the next change of the table.
    ///
    /// # Errors
    /// `ENOSPC`: too many are watching.
    pub fn watch(&self, port: Name) -> Answer<()> {
        // SAFETY: the stub makes a send-once right of it.
        check(unsafe { defs::sysvshm_watch(self.0.name(), port) })
    }

    /// Before a fork: the ticket, or `None` if this task has no attachments.
    ///
    /// # Errors
    /// `EAGAIN`: the process or the user has too many tickets, or the user too many attachments.
    pub fn fork(&self) -> Answer<Option<SendRight>> {
        let mut ticket = NULL;
        // SAFETY: a valid out-pointer.
        check(unsafe { defs::sysvshm_fork(self.0.name(), trap::mach_task_self(), &mut ticket) })?;
        // SAFETY: the reply carried this right, or null.
        Ok((ticket != NULL).then(|| unsafe { SendRight::from_raw(ticket) }))
    }

    /// After a fork, for the child `task`: its token.
    ///
    /// # Errors
    /// `EINVAL`: `ticket` is no ticket, or was handed in before; `ESRCH`: `task` is no task.
    pub fn fork_child(&self, task: Name, ticket: Name) -> Answer<SendRight> {
        let mut token = NULL;
        // SAFETY: a valid out-pointer.
        check(unsafe { defs::sysvshm_fork_child(self.0.name(), task, ticket, &mut token) })?;
        // SAFETY: the reply carried this right.
        Ok(unsafe { SendRight::from_raw(token) })
    }
}

/// Calls a user stub that returns an array: it fills the buffer that it is given, or points to
/// pages of its own, which are then the caller's.
fn table<T: Clone + Default>(
    stub: impl FnOnce(&mut *mut T, &mut u32) -> sys::kern_return_t,
) -> Answer<Vec<T>> {
    let mut buffer: [T; 32] = core::array::from_fn(|_| T::default());
    let mut table = buffer.as_mut_ptr();
    let mut count = buffer.len() as u32;
    check(stub(&mut table, &mut count))?;
    if count == 0 {
        return Ok(Vec::new());
    }
    // SAFETY: `table` is the buffer or those pages, with `count` structures.
    let list = unsafe { core::slice::from_raw_parts(table, count as usize) }.to_vec();
    if table != buffer.as_mut_ptr() {
        let size = size_of_val(list.as_slice()) as sys::vm_size_t;
        // SAFETY: the pages came with the reply and are ours.
        unsafe { trap::vm_deallocate(trap::mach_task_self(), table.addr() as _, size) };
    }
    Ok(list)
}
