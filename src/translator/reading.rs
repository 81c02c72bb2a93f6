// SPDX-License-Identifier: GPL-2.0-or-later
//! Reading the node: `cat /servers/ipc/shm`.
//!
//! What an open has read stays as it is while it is read on: a read at offset 0 makes a new
//! text, one beyond goes on in that text. So short reads fit together whatever happens meanwhile.
//!
//! `support_read` obliges us to define every routine here: libtrivfs's own abort.

use std::ffi::c_int;
use std::ptr;
use std::sync::atomic::{AtomicI32, Ordering};

use gnumach::sync::Mutex;
use gnumach::trap;
use hurd_sys as sys;
use shm::{Error, Result};

use super::guard::guard_code;
use super::{service, table};

/// Modes that io_set_*_openmodes may change: none of them matters to us.
const SETTABLE: c_int = libc::O_APPEND | libc::O_NONBLOCK | libc::O_ASYNC | libc::O_SYNC;

/// What an open keeps between reads. libtrivfs shares it between duplicates of a port.
#[derive(Default)]
struct Open(Mutex<Position>);

#[derive(Default)]
struct Position {
    /// In bytes; may be beyond the end.
    offset: u64,
    /// What the last read at 0 made, until a read finds its end.
    text: Option<Vec<u8>>,
}

impl Position {
    /// The text to read on in.
    fn text(&mut self) -> &[u8] {
        self.text
            .get_or_insert_with(|| table::text(&service().table()))
    }

    /// The text's bytes from `offset` on, as many as there are.
    fn rest(&mut self, offset: u64) -> &[u8] {
        let at = usize::try_from(offset).unwrap_or(usize::MAX);
        self.text().get(at..).unwrap_or_default()
    }
}

/// Made with each open.
unsafe extern "C" fn create(peropen: *mut sys::trivfs_peropen) -> sys::error_t {
    guard_code(|| {
        // SAFETY: libtrivfs hands in the new structure, which nobody else knows yet.
        unsafe { (*peropen).hook = Box::into_raw(Box::<Open>::default()).cast() };
        Ok(())
    })
}

unsafe extern "C" fn destroy(peropen: *mut sys::trivfs_peropen) {
    let _ = guard_code(|| {
        // SAFETY: what `create` leaked, and the last use of it.
        drop(unsafe { Box::from_raw((*peropen).hook.cast::<Open>()) });
        Ok(())
    });
}

#[unsafe(no_mangle)]
static mut trivfs_peropen_create_hook: Option<
    unsafe extern "C" fn(*mut sys::trivfs_peropen) -> sys::error_t,
> = Some(create);
#[unsafe(no_mangle)]
static mut trivfs_peropen_destroy_hook: Option<unsafe extern "C" fn(*mut sys::trivfs_peropen)> =
    Some(destroy);

/// The open behind a request's port.
///
/// # Errors
/// `EOPNOTSUPP`: the request came on another kind of port.
///
/// # Safety
/// `protid` is null or a protid with a reference for the caller's time.
unsafe fn peropen<'a>(protid: sys::trivfs_protid_t) -> Result<&'a sys::trivfs_peropen> {
    // SAFETY: see the contract; a protid holds a reference to its peropen. The one field that
    // changes is only touched through `modes`.
    unsafe { protid.as_ref().and_then(|protid| protid.po.as_ref()) }.ok_or(Error::EOPNOTSUPP)
}

/// The same, for reading.
///
/// # Errors
/// `EOPNOTSUPP` as above; `EBADF`: not opened for reading.
///
/// # Safety
/// As of [`peropen`].
unsafe fn readable<'a>(protid: sys::trivfs_protid_t) -> Result<&'a Open> {
    // SAFETY: see the contract; `create` put an `Open` there, which lives as long as the peropen.
    unsafe {
        let peropen = peropen(protid)?;
        if modes(peropen).load(Ordering::Relaxed) & libc::O_RDONLY == 0 {
            return Err(Error::EBADF);
        }
        peropen.hook.cast::<Open>().as_ref().ok_or(Error::EBADF)
    }
}

/// The flags of an open, which several threads may change.
fn modes(peropen: &sys::trivfs_peropen) -> &AtomicI32 {
    // SAFETY: an aligned field that lives as long as the borrow; every change of ours goes
    // through here, and libtrivfs only reads a whole `int` of it.
    unsafe { AtomicI32::from_ptr((&raw const peropen.openmodes).cast_mut()) }
}

/// io_read: the offset is the open's own where it is -1.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_S_io_read(
    protid: sys::trivfs_protid_t,
    _reply: sys::mach_port_t,
    _reply_kind: sys::mach_msg_type_name_t,
    data: *mut sys::data_t,
    length: *mut sys::mach_msg_type_number_t,
    offset: sys::loff_t,
    amount: sys::vm_size_t,
) -> sys::kern_return_t {
    guard_code(|| {
        // SAFETY: the stub's arguments: a protid with a reference, and a buffer with its length.
        unsafe {
            let mut position = readable(protid)?.0.lock();
            let own = offset == -1;
            let at = match offset {
                -1 => position.offset,
                offset => u64::try_from(offset).map_err(|_| Error::EINVAL)?,
            };
            if at == 0 {
                position.text = None;
            }
            let rest = position.rest(at);
            let part = rest.get(..amount).unwrap_or(rest);
            answer(part, data, length)?;
            let count = part.len() as u64;
            if count == 0 && amount != 0 {
                // The end: most readers do not come back.
                position.text = None;
            }
            if own {
                position.offset = at + count;
            }
            Ok(())
        }
    })
}

/// Stores a read's answer in the stub's buffer, or in pages of its own that the reply moves.
///
/// # Safety
/// `*data` has room for `*length` bytes.
unsafe fn answer(
    part: &[u8],
    data: *mut sys::data_t,
    length: *mut sys::mach_msg_type_number_t,
) -> Result<()> {
    let count = u32::try_from(part.len()).map_err(|_| Error::EINVAL)?;
    // SAFETY: see the contract; new pages are as large as asked for.
    unsafe {
        if count > *length {
            let mut pages = 0;
            let code = trap::vm_allocate(trap::mach_task_self(), &mut pages, part.len() as _, 1);
            if code != 0 {
                return Err(Error::ENOMEM);
            }
            *data = pages as *mut _;
        }
        ptr::copy_nonoverlapping(part.as_ptr(), (*data).cast(), part.len());
        *length = count;
    }
    Ok(())
}

/// io_seek: the end is that of the text that is being read.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_S_io_seek(
    protid: sys::trivfs_protid_t,
    _reply: sys::mach_port_t,
    _reply_kind: sys::mach_msg_type_name_t,
    offset: sys::loff_t,
    whence: c_int,
    result: *mut sys::loff_t,
) -> sys::kern_return_t {
    guard_code(|| {
        // SAFETY: the stub's arguments.
        unsafe {
            let mut position = readable(protid)?.0.lock();
            let base = match whence {
                libc::SEEK_SET => 0,
                libc::SEEK_CUR => position.offset,
                libc::SEEK_END => position.text().len() as u64,
                _ => return Err(Error::EINVAL),
            };
            let offset = base
                .checked_add_signed(offset)
                .filter(|offset| i64::try_from(*offset).is_ok())
                .ok_or(Error::EINVAL)?;
            position.offset = offset;
            *result = offset as _;
            Ok(())
        }
    })
}

/// io_readable: bytes up to the end.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_S_io_readable(
    protid: sys::trivfs_protid_t,
    _reply: sys::mach_port_t,
    _reply_kind: sys::mach_msg_type_name_t,
    amount: *mut sys::vm_size_t,
) -> sys::kern_return_t {
    guard_code(|| {
        // SAFETY: the stub's arguments.
        unsafe {
            let mut position = readable(protid)?.0.lock();
            let offset = position.offset;
            *amount = position.rest(offset).len() as _;
        }
        Ok(())
    })
}

/// io_select: whatever a read or a write answers, it answers at once.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_S_io_select(
    protid: sys::trivfs_protid_t,
    _reply: sys::mach_port_t,
    _reply_kind: sys::mach_msg_type_name_t,
    kinds: *mut c_int,
) -> sys::kern_return_t {
    guard_code(|| {
        // SAFETY: the stub's arguments.
        unsafe {
            peropen(protid)?;
            *kinds &= (sys::SELECT_READ | sys::SELECT_WRITE) as c_int;
        }
        Ok(())
    })
}

/// Replaces the flags of an open that may change by `change` of them.
unsafe fn change_modes(
    protid: sys::trivfs_protid_t,
    change: impl Fn(c_int) -> c_int,
) -> sys::kern_return_t {
    guard_code(|| {
        // SAFETY: handed through from the stub.
        let modes = modes(unsafe { peropen(protid) }?);
        let _ = modes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |old| {
            Some((old & !SETTABLE) | (change(old) & SETTABLE))
        });
        Ok(())
    })
}

/// io_set_all_openmodes.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_S_io_set_all_openmodes(
    protid: sys::trivfs_protid_t,
    _reply: sys::mach_port_t,
    _reply_kind: sys::mach_msg_type_name_t,
    bits: c_int,
) -> sys::kern_return_t {
    // SAFETY: the stub's arguments.
    unsafe { change_modes(protid, |_| bits) }
}

/// io_set_some_openmodes.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_S_io_set_some_openmodes(
    protid: sys::trivfs_protid_t,
    _reply: sys::mach_port_t,
    _reply_kind: sys::mach_msg_type_name_t,
    bits: c_int,
) -> sys::kern_return_t {
    // SAFETY: the stub's arguments.
    unsafe { change_modes(protid, |old| old | bits) }
}

/// io_clear_some_openmodes.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_S_io_clear_some_openmodes(
    protid: sys::trivfs_protid_t,
    _reply: sys::mach_port_t,
    _reply_kind: sys::mach_msg_type_name_t,
    bits: c_int,
) -> sys::kern_return_t {
    // SAFETY: the stub's arguments.
    unsafe { change_modes(protid, |old| old & !bits) }
}

/// file_set_size: nobody opens the node for writing.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_S_file_set_size(
    protid: sys::trivfs_protid_t,
    _reply: sys::mach_port_t,
    _reply_kind: sys::mach_msg_type_name_t,
    _size: sys::loff_t,
) -> sys::kern_return_t {
    guard_code(|| {
        // SAFETY: the stub's arguments.
        unsafe { peropen(protid) }?;
        Err(Error::EBADF)
    })
}

const _: () = {
    let _: [unsafe extern "C" fn(_, _, _, _, _, _, _) -> _; 2] =
        [trivfs_S_io_read, sys::trivfs_S_io_read];
};
const _: () = {
    let _: [unsafe extern "C" fn(_, _, _, _, _, _) -> _; 2] =
        [trivfs_S_io_seek, sys::trivfs_S_io_seek];
};
const _: () = {
    let _: [unsafe extern "C" fn(_, _, _, _) -> _; 2] =
        [trivfs_S_file_set_size, sys::trivfs_S_file_set_size];
};
