// SPDX-License-Identifier: GPL-2.0-or-later
//! shm.defs from a client's side: an open of the node, and the calls on it.

use gnumach::right::{NULL, Name, SendRight};
use gnumach::{sys, trap};
use shm::wire::defs as wire;

/// Errors as the Hurd numbers them.
pub const EPERM: i32 = 0x4000_0001;
pub const ESRCH: i32 = 0x4000_0003;
pub const EACCES: i32 = 0x4000_000d;
pub const EINVAL: i32 = 0x4000_0016;
pub const ENOSPC: i32 = 0x4000_001c;
pub const EROFS: i32 = 0x4000_001e;

pub const CREATE: u32 = wire::SYSVSHM_CREATE;
pub const RDONLY: u32 = wire::SYSVSHM_RDONLY;

/// A mapping, and the token that came with it.
pub struct Attachment {
    pub address: u64,
    pub size: u64,
    pub token: SendRight,
}

impl Attachment {
    /// A word of the segment.
    pub fn word(&self, index: usize) -> &std::sync::atomic::AtomicU32 {
        assert!((index as u64) < self.size / 4);
        // SAFETY: mapped, as the server said, until the test detaches it; atomics may be shared.
        unsafe { &*(self.address as *const std::sync::atomic::AtomicU32).add(index) }
    }
}

/// An open of a node.
pub struct Client(SendRight);

fn check(code: i32) -> Result<(), i32> {
    if code == 0 { Ok(()) } else { Err(code) }
}

// SAFETY of all calls: the stubs send the values and fill the out-pointers.
impl Client {
    pub fn new(port: SendRight) -> Self {
        Self(port)
    }

    pub fn port(&self) -> Name {
        self.0.name()
    }

    pub fn version(&self) -> Result<u32, i32> {
        let mut version = 0;
        // SAFETY: see above.
        check(unsafe { wire::sysvshm_version(self.port(), &mut version) })?;
        Ok(version)
    }

    pub fn get(&self, key: i32, size: u64, flags: u32) -> Result<i32, i32> {
        self.get_for(trap::mach_task_self(), key, size, flags)
    }

    pub fn get_for(&self, task: Name, key: i32, size: u64, flags: u32) -> Result<i32, i32> {
        let mut id = 0;
        // SAFETY: see above.
        check(unsafe { wire::sysvshm_get(self.port(), task, key, size, flags, &mut id) })?;
        Ok(id)
    }

    pub fn attach(&self, id: i32, flags: u32) -> Result<Attachment, i32> {
        self.attach_to(trap::mach_task_self(), id, flags)
    }

    pub fn attach_to(&self, task: Name, id: i32, flags: u32) -> Result<Attachment, i32> {
        let (mut address, mut size, mut token) = (0, 0, NULL);
        // SAFETY: see above; the token is a reference of ours.
        unsafe {
            check(wire::sysvshm_attach(
                self.port(),
                task,
                id,
                flags,
                &mut address,
                &mut size,
                &mut token,
            ))?;
            Ok(Attachment {
                address,
                size,
                token: SendRight::from_raw(token),
            })
        }
    }

    pub fn detach(&self, address: u64) -> Result<(), i32> {
        self.detach_from(trap::mach_task_self(), address)
    }

    pub fn detach_from(&self, task: Name, address: u64) -> Result<(), i32> {
        // SAFETY: see above.
        check(unsafe { wire::sysvshm_detach(self.port(), task, address) })
    }

    pub fn stat(&self, id: i32) -> Result<wire::sysvshm_ds_t, i32> {
        let mut ds = wire::sysvshm_ds_t::default();
        // SAFETY: see above.
        check(unsafe { wire::sysvshm_stat(self.port(), id, wire::SYSVSHM_BY_ID, &mut ds) })?;
        Ok(ds)
    }

    pub fn set(&self, id: i32, uid: u32, gid: u32, mode: u32) -> Result<(), i32> {
        // SAFETY: see above.
        check(unsafe { wire::sysvshm_set(self.port(), id, uid, gid, mode) })
    }

    pub fn remove(&self, id: i32) -> Result<(), i32> {
        // SAFETY: see above.
        check(unsafe { wire::sysvshm_remove(self.port(), id) })
    }

    pub fn info(&self) -> Result<wire::sysvshm_info_t, i32> {
        let mut info = wire::sysvshm_info_t::default();
        // SAFETY: see above.
        check(unsafe { wire::sysvshm_info(self.port(), &mut info) })?;
        Ok(info)
    }

    pub fn list(&self) -> Result<Vec<wire::sysvshm_ds_t>, i32> {
        let mut table = std::ptr::null_mut();
        let mut count = 0;
        // SAFETY: see above; the table lies in pages of its own, which are ours.
        unsafe {
            check(wire::sysvshm_list(self.port(), &mut table, &mut count))?;
            if count == 0 {
                return Ok(Vec::new());
            }
            let list = std::slice::from_raw_parts(table, count as usize).to_vec();
            trap::vm_deallocate(
                trap::mach_task_self(),
                table.addr() as _,
                size_of_val(&list[..]) as _,
            );
            Ok(list)
        }
    }

    pub fn fork(&self) -> Result<Option<SendRight>, i32> {
        let mut ticket = NULL;
        // SAFETY: see above.
        unsafe {
            check(wire::sysvshm_fork(
                self.port(),
                trap::mach_task_self(),
                &mut ticket,
            ))?;
            Ok((ticket != NULL).then(|| SendRight::from_raw(ticket)))
        }
    }

    pub fn fork_child(&self, ticket: &SendRight) -> Result<SendRight, i32> {
        let mut token = NULL;
        // SAFETY: see above.
        unsafe {
            check(wire::sysvshm_fork_child(
                self.port(),
                trap::mach_task_self(),
                ticket.name(),
                &mut token,
            ))?;
            Ok(SendRight::from_raw(token))
        }
    }

    /// The same node with at most these ids (io_restrict_auth).
    pub fn restricted(&self, uids: &[u32], gids: &[u32]) -> Self {
        let mut port = NULL;
        // SAFETY: see above.
        unsafe {
            let code = hurd_sys::io_restrict_auth(
                self.port(),
                &mut port,
                uids.as_ptr(),
                uids.len() as _,
                gids.as_ptr(),
                gids.len() as _,
            );
            assert_eq!(code, 0);
            Self(SendRight::from_raw(port))
        }
    }
}

/// A task without a process of its own making: what is left of it goes when dropped.
pub struct Task(pub SendRight);

impl Task {
    pub fn create() -> Self {
        let mut task = NULL;
        // SAFETY: a valid out-pointer; the reference is ours.
        unsafe {
            let code = sys::mig_k_task_create(trap::mach_task_self(), 0, &mut task);
            assert_eq!(code, 0);
            Self(SendRight::from_raw(task))
        }
    }

    pub fn name(&self) -> Name {
        self.0.name()
    }

    pub fn terminate(&self) {
        // SAFETY: the task is our own.
        unsafe { sys::mig_k_task_terminate(self.name()) };
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.terminate();
    }
}
