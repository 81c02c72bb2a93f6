// SPDX-License-Identifier: GPL-2.0-or-later
//! Calls that are served here in place of libnetfs's own; see the crate's text for the reasons.

use std::ffi::{c_char, c_int};
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

use gnumach::right::{NULL, SendRight};
use gnumach::trap;
use hurd_ports::guard::guard;
use hurd_ports::reauth;
use hurd_sys as sys;

use super::callbacks::{Locked, Raw, text, with_user};
use super::copy::Foreign;
use super::ports::{make, payer};
use super::shell;
use crate::{Error, Result, encode, within};

/// The most that one read returns, in bytes.
const MOST: u64 = 64 << 20;

/// What a request on a port that is no open file is answered with.
///
/// # Safety
/// `user` is null, or a protid with a reference for as long as the answer is used.
pub(super) unsafe fn opened<'a>(user: sys::protid_t) -> Result<&'a sys::protid> {
    // SAFETY: see the contract.
    unsafe { user.as_ref() }.ok_or(Error::EOPNOTSUPP)
}

/// Where a transfer is, decided under the node's lock.
struct Place {
    node: *mut sys::node,
    offset: u64,
    count: u64,
    /// The offset of the open was moved by `count`, and is the open's own.
    moved: bool,
}

impl Place {
    /// Finds out, and moves the open's own offset. `wanted` bytes are to be transferred, by an
    /// open with `mode` (`O_RDONLY` or `O_WRONLY`).
    ///
    /// # Safety
    /// As of [`opened`].
    unsafe fn take(
        user: &sys::protid,
        offset: sys::loff_t,
        wanted: u64,
        mode: c_int,
    ) -> Result<Self> {
        // SAFETY: a protid has a peropen, and that a node. What changes of them does so under the
        // node's lock.
        unsafe {
            let (peropen, node) = (user.po, (*user.po).np);
            let _locked = Locked::new(node);
            if (*peropen).openstat & mode == 0 {
                return Err(Error::EBADF);
            }
            let size = shell()?.size(Raw(node))?;
            let own = offset == -1;
            if own && mode == libc::O_WRONLY && (*peropen).openstat & libc::O_APPEND != 0 {
                (*peropen).filepointer = i64::try_from(size).map_err(|_| Error::EFBIG)?;
            }
            let start = if own { (*peropen).filepointer } else { offset };
            let start = u64::try_from(start).map_err(|_| Error::EINVAL)?;
            let count = within(size, start, wanted);
            if own {
                // Cannot overflow: it stays within the size, or where it was.
                (*peropen).filepointer += count as i64;
            }
            Ok(Self {
                node,
                offset: start,
                count,
                moved: own,
            })
        }
    }

    /// Takes the move of the offset back, unless somebody moved it on.
    ///
    /// # Safety
    /// As of [`Place::take`].
    unsafe fn give_back(&self, user: &sys::protid) {
        if !self.moved {
            return;
        }
        // SAFETY: see `take`.
        unsafe {
            let _locked = Locked::new(self.node);
            let end = (self.offset + self.count) as i64;
            if (*user.po).filepointer == end {
                (*user.po).filepointer = self.offset as i64;
            }
        }
    }
}

/// New pages for a reply, freed unless the reply takes them.
struct Pages {
    address: usize,
    length: usize,
}

impl Pages {
    fn new(length: usize) -> Result<Self> {
        let mut address = 0;
        // SAFETY: new memory at an address the kernel chooses.
        let code =
            unsafe { trap::vm_allocate(trap::mach_task_self(), &mut address, length as _, 1) };
        if code != 0 {
            return Err(Error::ENOMEM);
        }
        Ok(Self { address, length })
    }

    fn into_raw(self) -> *mut c_char {
        let address = self.address;
        std::mem::forget(self);
        ptr::with_exposed_provenance_mut(address)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: the range is ours, and nobody points into it.
        unsafe { trap::vm_deallocate(trap::mach_task_self(), self.address as _, self.length as _) };
    }
}

/// Fills a reply's data: in the stub's buffer if it fits, else in pages that the reply moves.
///
/// # Safety
/// `*data` has room for `*length` bytes.
unsafe fn reply(
    count: usize,
    data: *mut sys::data_t,
    length: *mut sys::mach_msg_type_number_t,
    fill: impl FnOnce(&mut [u8]) -> Result<()>,
) -> Result<()> {
    let told = u32::try_from(count).map_err(|_| Error::EINVAL)?;
    // SAFETY: see the contract; new pages are as large as asked for, and zero.
    unsafe {
        if told > *length {
            let pages = Pages::new(count)?;
            fill(std::slice::from_raw_parts_mut(
                ptr::with_exposed_provenance_mut(pages.address),
                count,
            ))?;
            *data = pages.into_raw().cast();
        } else if count != 0 {
            // The buffer is not initialized, and nothing of it is sent that was not written.
            (*data).cast::<u8>().write_bytes(0, count);
            fill(std::slice::from_raw_parts_mut((*data).cast(), count))?;
        }
        *length = told;
    }
    Ok(())
}

// SAFETY of all below: the stubs' arguments are a protid with a reference, or null, buffers with
// their lengths, strings that end, and valid out-pointers.

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_S_io_read(
    user: sys::protid_t,
    data: *mut sys::data_t,
    length: *mut sys::mach_msg_type_number_t,
    offset: sys::loff_t,
    amount: sys::vm_size_t,
) -> sys::kern_return_t {
    // SAFETY: see above.
    guard(|| unsafe {
        let user = opened(user)?;
        let place = Place::take(user, offset, (amount as u64).min(MOST), libc::O_RDONLY)?;
        let count = usize::try_from(place.count).map_err(|_| Error::EINVAL)?;
        let answer = reply(count, data, length, |bytes| {
            shell()?.read(Raw(place.node), place.offset, bytes)
        });
        if answer.is_err() {
            place.give_back(user);
        }
        answer
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_S_io_write(
    user: sys::protid_t,
    data: sys::const_data_t,
    length: sys::mach_msg_type_number_t,
    offset: sys::loff_t,
    amount: *mut sys::vm_size_t,
) -> sys::kern_return_t {
    // SAFETY: see above.
    guard(|| unsafe {
        let user = opened(user)?;
        let place = Place::take(user, offset, length.into(), libc::O_WRONLY)?;
        *amount = place.count as _;
        if place.count == 0 {
            // write(2), ENOSPC: there is no room for the data, not even for a part.
            return if length == 0 {
                Ok(())
            } else {
                Err(Error::ENOSPC)
            };
        }
        let data = Foreign::new(data.cast(), place.count as usize);
        let answer = shell()?.write(Raw(place.node), place.offset, data);
        if answer.is_err() {
            place.give_back(user);
        }
        answer
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_S_io_map(
    user: sys::protid_t,
    reader: *mut sys::mach_port_t,
    reader_kind: *mut sys::mach_msg_type_name_t,
    writer: *mut sys::mach_port_t,
    writer_kind: *mut sys::mach_msg_type_name_t,
) -> sys::kern_return_t {
    // SAFETY: see above.
    guard(|| unsafe {
        let user = opened(user)?;
        let node = (*user.po).np;
        let (read, write) = {
            let _locked = Locked::new(node);
            let open = (*user.po).openstat;
            (open & libc::O_RDONLY != 0, open & libc::O_WRONLY != 0)
        };
        if !read && !write {
            return Err(Error::EBADF);
        }
        let object = shell()?.map(Raw(node), write)?;
        // mmap(2) with both protections wants one object for both.
        let second = if read && write {
            Some(object.try_clone().map_err(|_| Error::EIO)?)
        } else {
            None
        };
        let (first, second) = if read {
            (Some(object), second)
        } else {
            (None, Some(object))
        };
        let name = |right: Option<SendRight>| right.map_or(NULL, SendRight::into_raw);
        *reader = name(first);
        *writer = name(second);
        *reader_kind = sys::MACH_MSG_TYPE_MOVE_SEND as _;
        *writer_kind = sys::MACH_MSG_TYPE_MOVE_SEND as _;
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_S_dir_readdir(
    user: sys::protid_t,
    data: *mut sys::data_t,
    length: *mut sys::mach_msg_type_number_t,
    dealloc: *mut sys::boolean_t,
    entry: c_int,
    entries: c_int,
    bytes: sys::vm_size_t,
    amount: *mut c_int,
) -> sys::kern_return_t {
    // SAFETY: see above.
    guard(|| unsafe {
        let user = opened(user)?;
        let node = (*user.po).np;
        {
            let _locked = Locked::new(node);
            if (*user.po).openstat & libc::O_RDONLY == 0 {
                return Err(Error::EBADF);
            }
        }
        let first = usize::try_from(entry).map_err(|_| Error::EINVAL)?;
        let count = usize::try_from(entries).ok();
        let most = (bytes != 0).then_some(bytes);
        let list = shell()?.entries(Raw(node), first)?;
        let page = encode(list, count, most);
        *amount = page.count;
        *dealloc = 1;
        reply(page.bytes.len(), data, length, |to| {
            to.copy_from_slice(&page.bytes);
            Ok(())
        })
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_S_file_set_size(
    user: sys::protid_t,
    size: sys::loff_t,
) -> sys::kern_return_t {
    // SAFETY: see above.
    guard(|| unsafe {
        let user = opened(user)?;
        let node = (*user.po).np;
        let _locked = Locked::new(node);
        // ftruncate(2): open for writing.
        if (*user.po).openstat & libc::O_WRONLY == 0 {
            return Err(Error::EBADF);
        }
        let size = u64::try_from(size).map_err(|_| Error::EINVAL)?;
        with_user(user.user, |caller| {
            shell()?.set_size(caller, Raw(node), size)
        })
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_S_dir_unlink(
    user: sys::protid_t,
    name: *const c_char,
) -> sys::kern_return_t {
    // SAFETY: see above.
    guard(|| unsafe {
        let user = opened(user)?;
        let name = text(name)?;
        with_user(user.user, |caller| {
            shell()?.unlink(caller, Raw((*user.po).np), name)
        })
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_S_dir_mkfile(
    user: sys::protid_t,
    _flags: c_int,
    _mode: sys::mode_t,
    _file: *mut sys::mach_port_t,
    _kind: *mut sys::mach_msg_type_name_t,
) -> sys::kern_return_t {
    // SAFETY: see above.
    guard(|| unsafe { opened(user) }.and(Err(Error::EPERM)))
}

/// Another port of the same open, with the ids of `ids`, which it takes over, counted for the user
/// `pays`.
///
/// # Errors
/// As [`make`]. Then `ids` is freed.
///
/// # Safety
/// A protid with a reference, and null or a user of libiohelp's.
unsafe fn another(
    user: &sys::protid,
    ids: *mut sys::iouser,
    pays: u32,
) -> Result<*mut sys::protid> {
    // SAFETY: see the contract. A peropen's count is atomic, and each protid counts one.
    unsafe {
        let count = AtomicU32::from_ptr(&raw mut (*user.po).refcnt);
        count.fetch_add(1, Ordering::SeqCst);
        make(user.po, ids, pays).inspect_err(|_| {
            count.fetch_sub(1, Ordering::SeqCst);
            if !ids.is_null() {
                sys::iohelp_free_iouser(ids);
            }
        })
    }
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_S_io_duplicate(
    user: sys::protid_t,
    port: *mut sys::mach_port_t,
    kind: *mut sys::mach_msg_type_name_t,
) -> sys::kern_return_t {
    // SAFETY: see above. A peropen's count is atomic, and each protid counts one.
    guard(|| unsafe {
        let user = opened(user)?;
        let mut clone = ptr::null_mut();
        let error = sys::iohelp_dup_iouser(&mut clone, user.user);
        if error != 0 {
            return Err(Error::from_code(error));
        }
        let new = another(user, clone, with_user(user.user, payer))?;
        *port = sys::ports_get_right(new.cast());
        *kind = sys::MACH_MSG_TYPE_MAKE_SEND as _;
        sys::ports_port_deref(new.cast());
        Ok(())
    })
}

/// libnetfs's lets the thread wait for as long as the client likes. This one makes the open that
/// the client is to get, and leaves the rest to [`reauth`].
#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_S_io_reauthenticate(
    user: sys::protid_t,
    rendezvous: sys::mach_port_t,
) -> sys::kern_return_t {
    // SAFETY: see above. The new protid is complete before anybody else knows it.
    guard(|| unsafe {
        let user = opened(user)?;
        let owner = with_user(user.user, payer);
        let mut nobody = ptr::null_mut();
        Error::check(sys::iohelp_create_empty_iouser(&mut nobody))?;
        let new = another(user, ptr::null_mut(), owner).inspect_err(|_| {
            sys::iohelp_free_iouser(nobody);
        })?;
        (*new).user = nobody;
        reauth::begin(new.cast(), admit, owner, rendezvous)
    })
}

/// Gives an open these ids: the end of libnetfs's io_reauthenticate.
///
/// # Safety
/// As [`reauth::Admit`], with a protid from `netfs_S_io_reauthenticate`.
unsafe fn admit(port: *mut sys::port_info, uids: &[u32], gids: &[u32]) -> Result<()> {
    // SAFETY: see the contract.
    unsafe {
        let protid = port.cast::<sys::protid>();
        let user = reauth::user(uids, gids)?;
        sys::iohelp_free_iouser((*protid).user);
        (*protid).user = user;
    }
    Ok(())
}

/// No file here is a program. libnetfs's waits for the exec server, which waits for the ports and
/// the task that the client names.
#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_S_file_exec(
    _user: sys::protid_t,
    _task: sys::mach_port_t,
    _flags: c_int,
    _arguments: sys::const_data_t,
    _arguments_length: sys::mach_msg_type_number_t,
    _environment: sys::const_data_t,
    _environment_length: sys::mach_msg_type_number_t,
    _descriptors: *const sys::mach_port_t,
    _descriptor_count: sys::mach_msg_type_number_t,
    _ports: *const sys::mach_port_t,
    _port_count: sys::mach_msg_type_number_t,
    _numbers: *const c_int,
    _number_count: sys::mach_msg_type_number_t,
    _deallocated: *const sys::mach_port_t,
    _deallocated_count: sys::mach_msg_type_number_t,
    _destroyed: *const sys::mach_port_t,
    _destroyed_count: sys::mach_msg_type_number_t,
) -> sys::kern_return_t {
    // execve(2): as from a file system that is mounted noexec.
    Error::EACCES.code()
}

/// As `netfs_S_file_exec`.
#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_S_file_exec_paths(
    _user: sys::protid_t,
    _task: sys::mach_port_t,
    _flags: c_int,
    _path: *const c_char,
    _absolute: *const c_char,
    _arguments: *const c_char,
    _arguments_length: sys::mach_msg_type_number_t,
    _environment: *const c_char,
    _environment_length: sys::mach_msg_type_number_t,
    _descriptors: *const sys::mach_port_t,
    _descriptor_count: sys::mach_msg_type_number_t,
    _ports: *const sys::mach_port_t,
    _port_count: sys::mach_msg_type_number_t,
    _numbers: *const c_int,
    _number_count: sys::mach_msg_type_number_t,
    _deallocated: *const sys::mach_port_t,
    _deallocated_count: sys::mach_msg_type_number_t,
    _destroyed: *const sys::mach_port_t,
    _destroyed_count: sys::mach_msg_type_number_t,
) -> sys::kern_return_t {
    Error::EACCES.code()
}

/// libnetfs's stops every request to all files until none is under way.
#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_S_io_revoke(_user: sys::protid_t) -> sys::kern_return_t {
    Error::EOPNOTSUPP.code()
}

#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_S_file_set_translator(
    _user: sys::protid_t,
    _passive_flags: c_int,
    _active_flags: c_int,
    _kill_flags: c_int,
    _passive: sys::const_data_t,
    _length: sys::mach_msg_type_number_t,
    _active: sys::mach_port_t,
) -> sys::kern_return_t {
    Error::EOPNOTSUPP.code()
}

const _: () = {
    let _: [unsafe extern "C" fn(_, _, _, _, _) -> _; 2] = [netfs_S_io_read, sys::netfs_S_io_read];
    let _: [unsafe extern "C" fn(_, _, _, _, _) -> _; 2] =
        [netfs_S_io_write, sys::netfs_S_io_write];
    let _: [unsafe extern "C" fn(_, _) -> _; 2] =
        [netfs_S_file_set_size, sys::netfs_S_file_set_size];
};
