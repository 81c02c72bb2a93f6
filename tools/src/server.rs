// SPDX-License-Identifier: GPL-2.0-or-later
//! The server behind libc's calls, as far as the tools ask it by themselves: why there is no
//! answer, and who holds a segment. On other systems than the Hurd there is no such server.

use sysvshm::client::Errno;

#[cfg(target_os = "hurd")]
pub use hurd::{holders, process_arguments};

/// The words for an error of a call that any system with shared memory answers (IPC_INFO,
/// SHM_INFO, or one that gave ENOSYS): on the Hurd with the node and a remedy.
pub fn reason(error: Errno) -> String {
    #[cfg(target_os = "hurd")]
    return format!("{error}: {}", hurd::state());
    #[cfg(not(target_os = "hurd"))]
    error.to_string()
}

/// The words for an error of any call: with the remedy if nobody serves the node, where libc may
/// keep segments as files and answer for those.
pub fn words(error: Errno) -> String {
    match unserved() {
        Some(why) => format!("{error}: {why}"),
        None if error == Errno::ENOSYS => reason(error),
        None => error.to_string(),
    }
}

/// That nobody serves the node, and the remedy; `None` if it is served, and on other systems.
pub fn unserved() -> Option<String> {
    #[cfg(target_os = "hurd")]
    return hurd::unserved();
    #[cfg(not(target_os = "hurd"))]
    None
}

#[cfg(target_os = "hurd")]
mod hurd {
    use core::{ptr, slice};
    use std::path::Path;

    use gnumach::right::SendRight;
    use gnumach::trap;
    use shm::wire::client::Client;
    use shm::wire::defs as wire;
    use sysvshm::client::Errno;

    use crate::holders::{Holder, Holders};

    const NODE: &str = "/servers/ipc/shm";
    const LIBRARY: &str = "libshm-hurd.so";

    /// An open of the node.
    fn open() -> Result<Client, Errno> {
        // SAFETY: the name is a C string; opening for neither reading nor writing is allowed to
        // all, and enough for shm.defs.
        let port = unsafe { hurd_sys::file_name_lookup(c"/servers/ipc/shm".as_ptr(), 0, 0) };
        if gnumach::right::valid(port) {
            // SAFETY: the call gave us one reference.
            Ok(Client::new(unsafe { SendRight::from_raw(port) }))
        } else {
            Err(Errno::last())
        }
    }

    /// Why nobody serves the node, and what to do about it; `None` if it is served.
    pub fn unserved() -> Option<String> {
        let set = format!("settrans -c {NODE} /hurd/shm");
        match open() {
            Err(Errno::ENOENT) if !Path::new("/servers/ipc").exists() => Some(format!(
                "there is no {NODE}; as root: mkdir -p /servers/ipc && {set}"
            )),
            Err(Errno::ENOENT) => Some(format!("there is no {NODE}; as root: {set}")),
            Err(error) => Some(format!("{NODE}: {error}")),
            Ok(server) => match server.version() {
                Err(_) => Some(format!("nobody serves {NODE}; as root: {set}")),
                Ok(_) => None,
            },
        }
    }

    /// What keeps the node from serving this program, and what to do about it.
    pub fn state() -> String {
        unserved().unwrap_or_else(|| {
            format!(
                "{NODE} is served, but the C library of this program does not use it; \
                 run it with LD_PRELOAD={LIBRARY}"
            )
        })
    }

    /// Who has segment `id` attached; `EOPNOTSUPP` if the server is older than the question, and
    /// `None` if there is none.
    pub fn holders(id: i32) -> Option<Holders> {
        let server = open().ok()?;
        if server.version().ok()? < 2 {
            return Some(Err(Errno::EOPNOTSUPP));
        }
        let holder = |found: &wire::sysvshm_holder_t| Holder {
            pid: found.pid,
            uid: (found.uid != u32::MAX).then_some(found.uid),
            address: found.address,
            access: found.protection,
            forking: found.flags & wire::SYSVSHM_FORKING != 0,
            stuck: found.flags & wire::SYSVSHM_STUCK != 0,
        };
        Some(match server.holders(id) {
            Ok(found) => Ok(found.iter().map(holder).collect()),
            Err(code) => Err(Errno(code.code())),
        })
    }

    /// The words of a process, each with a zero behind it.
    pub fn process_arguments(pid: i32) -> Option<Vec<u8>> {
        let mut words = ptr::null_mut();
        let mut length = 0;
        // SAFETY: getproc gives a reference to our port of the proc server, which ends below.
        let proc = unsafe { SendRight::from_raw(hurd_sys::getproc()) };
        // SAFETY: the stub fills in both.
        let error = unsafe {
            hurd_sys::proc_getprocargs(proc.name(), pid, &raw mut words, &raw mut length)
        };
        let length = usize::try_from(length).ok()?;
        if error != 0 || length == 0 || words.is_null() {
            return None;
        }
        // SAFETY: the stub gave `length` bytes in pages that are ours.
        let bytes = unsafe { slice::from_raw_parts(words.cast::<u8>(), length) }.to_vec();
        // SAFETY: nothing refers to the pages any more.
        unsafe { free(words.addr(), length) };
        Some(bytes)
    }

    /// Gives pages of a reply back.
    ///
    /// # Safety
    /// They came out of line in a reply, and nothing refers to them.
    unsafe fn free(address: usize, length: usize) {
        // SAFETY: see the contract. It cannot fail on a range that is mapped.
        unsafe { trap::vm_deallocate(trap::mach_task_self(), address as _, length as _) };
    }
}
