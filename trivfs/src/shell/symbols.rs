// SPDX-License-Identifier: GPL-2.0-or-later
//! What libtrivfs wants a program to define: its variables, its hooks, and the routines of a file.
//!
//! `trivfs_support_read` obliges us to define every routine here: libtrivfs's own abort.

use std::cell::Cell;
use std::ffi::{c_char, c_int};
use std::hint::black_box;
use std::ptr;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

use gnumach::right::NULL;
use gnumach::trap;
use hurd_ports::guard::guard;
use hurd_ports::reauth;
use hurd_sys as sys;

use super::object::Open;
use super::routine::user_of;
use super::shell;
use crate::{Access, Error, Result, Stat, Translator, User};

/// Bits of `st_mode` that remain of the underlying node: nobody writes or executes ours, and the
/// kind of file is our own.
const KEPT_MODE: u32 = !(libc::S_IFMT | 0o7333);

/// Modes that io_set_*_openmodes may change: none of them matters to us.
const SETTABLE: c_int = libc::O_APPEND | libc::O_NONBLOCK | libc::O_ASYNC | libc::O_SYNC;

// SAFETY of all: libtrivfs reads these names, with these types, and writes the second. We write
// them in `set_variables` only.

#[unsafe(no_mangle)]
static mut trivfs_fstype: c_int = sys::FSTYPE_MISC as c_int;
/// libtrivfs replaces zero by the process id.
#[unsafe(no_mangle)]
static mut trivfs_fsid: c_int = 0;
#[unsafe(no_mangle)]
static mut trivfs_support_read: c_int = 1;
#[unsafe(no_mangle)]
static mut trivfs_support_write: c_int = 0;
#[unsafe(no_mangle)]
static mut trivfs_support_exec: c_int = 0;
#[unsafe(no_mangle)]
static mut trivfs_allow_open: c_int = 0;
#[unsafe(no_mangle)]
static mut trivfs_server_name: *const c_char = ptr::null();
#[unsafe(no_mangle)]
static mut trivfs_server_version: *const c_char = ptr::null();

#[unsafe(no_mangle)]
static mut trivfs_check_open_hook: Option<
    unsafe extern "C" fn(*mut sys::trivfs_control, *mut sys::iouser, c_int) -> sys::error_t,
> = Some(check_open);
#[unsafe(no_mangle)]
static mut trivfs_peropen_create_hook: Option<
    unsafe extern "C" fn(*mut sys::trivfs_peropen) -> sys::error_t,
> = Some(create);
#[unsafe(no_mangle)]
static mut trivfs_peropen_destroy_hook: Option<unsafe extern "C" fn(*mut sys::trivfs_peropen)> =
    Some(destroy);

/// Sets the variables that are a translator's choice.
///
/// # Safety
/// No other thread runs, and libtrivfs was not called yet.
pub unsafe fn set_variables<T: Translator>() {
    // SAFETY: see the contract.
    unsafe {
        trivfs_allow_open = if T::READABLE { libc::O_RDONLY } else { 0 };
        trivfs_server_name = T::NAME.as_ptr();
        trivfs_server_version = T::VERSION.as_ptr();
    }
    // Linked though nothing in Rust calls them: libtrivfs has its own.
    black_box(trivfs_S_io_reauthenticate as *const ());
    black_box(trivfs_S_file_chflags as *const ());
}

/// What an open keeps between calls. libtrivfs shares it between duplicates of a port.
pub struct Opened {
    pub open: Open,
    /// The file position, in bytes; it may be beyond the end.
    position: Mutex<u64>,
}

impl Opened {
    fn position(&self) -> std::sync::MutexGuard<'_, u64> {
        self.position.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

thread_local! {
    /// Who opens the node in this thread, and with which flags: libtrivfs says it before it makes
    /// the peropen.
    static OPENER: Cell<(*mut sys::iouser, c_int)> = const { Cell::new((ptr::null_mut(), 0)) };
}

unsafe extern "C" fn check_open(
    _control: *mut sys::trivfs_control,
    user: *mut sys::iouser,
    flags: c_int,
) -> sys::error_t {
    OPENER.set((user, flags));
    0
}

/// Made with each open.
unsafe extern "C" fn create(peropen: *mut sys::trivfs_peropen) -> sys::error_t {
    // The call that opens is the one that `check_open` was told of: the user lives for its time.
    let (opener, flags) = OPENER.replace((ptr::null_mut(), 0));
    let access = Access {
        read: flags & libc::O_RDONLY != 0,
    };
    guard(|| {
        // SAFETY: see above; and libtrivfs hands in the new structure, which nobody else knows yet.
        unsafe {
            let user: User<'_> = user_of(opener);
            let opened = Opened {
                open: shell()?.object.open(user, access)?,
                position: Mutex::new(0),
            };
            (*peropen).hook = Box::into_raw(Box::new(opened)).cast();
        }
        Ok(())
    })
}

unsafe extern "C" fn destroy(peropen: *mut sys::trivfs_peropen) {
    guard(|| {
        // SAFETY: what `create` leaked, if it came so far, and the last use of it.
        unsafe {
            let opened = (*peropen).hook.cast::<Opened>();
            if !opened.is_null() {
                drop(Box::from_raw(opened));
            }
        }
        Ok(())
    });
}

/// A character device of no size: its contents are made when it is read.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_modify_stat(
    _protid: *mut sys::trivfs_protid,
    stat: *mut sys::io_statbuf_t,
) {
    guard(|| {
        // SAFETY: libtrivfs hands in its own structure, filled.
        let Some(stat) = (unsafe { stat.as_mut() }) else {
            return Ok(());
        };
        let mut shown = Stat {
            mode: (stat.st_mode & KEPT_MODE) | libc::S_IFCHR,
            size: 0,
        };
        stat.st_blocks = 0;
        shell()?.object.stat(&mut shown);
        stat.st_mode = shown.mode;
        stat.st_size = shown.size as _;
        Ok(())
    });
}

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
unsafe fn readable<'a>(protid: sys::trivfs_protid_t) -> Result<&'a Opened> {
    // SAFETY: see the contract; `create` put an `Opened` there, which lives as long as the peropen.
    unsafe {
        let peropen = peropen(protid)?;
        if modes(peropen).load(Ordering::Relaxed) & libc::O_RDONLY == 0 {
            return Err(Error::EBADF);
        }
        peropen.hook.cast::<Opened>().as_ref().ok_or(Error::EBADF)
    }
}

/// The flags of an open, which several threads may change.
fn modes(peropen: &sys::trivfs_peropen) -> &AtomicI32 {
    // SAFETY: an aligned field that lives as long as the borrow; every change of ours goes
    // through here, and libtrivfs only reads a whole `int` of it.
    unsafe { AtomicI32::from_ptr((&raw const peropen.openmodes).cast_mut()) }
}

/// io_reauthenticate: libtrivfs's lets the thread wait for as long as the client likes. This one
/// makes the open that the client is to get, and leaves the rest to [`reauth`].
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_S_io_reauthenticate(
    protid: sys::trivfs_protid_t,
    _reply: sys::mach_port_t,
    _reply_kind: sys::mach_msg_type_name_t,
    rendezvous: sys::mach_port_t,
) -> sys::kern_return_t {
    guard(|| {
        // SAFETY: the stub's arguments: a protid with a reference, and a right of the request. The
        // new protid is complete before anybody else knows it.
        unsafe {
            let peropen = peropen(protid)?;
            let control = peropen.cntl.as_ref().ok_or(Error::EOPNOTSUPP)?;
            let user = user_of((*protid).user).uids.first().copied();
            let mut nobody = ptr::null_mut();
            Error::check(sys::iohelp_create_empty_iouser(&mut nobody))?;
            let mut new: *mut sys::trivfs_protid = ptr::null_mut();
            let made = Error::check(sys::ports_create_port_noinstall(
                control.protid_class,
                control.protid_bucket,
                size_of::<sys::trivfs_protid>(),
                (&raw mut new).cast(),
            ));
            if made.is_err() {
                sys::iohelp_free_iouser(nobody);
                return made;
            }
            (*new).user = nobody;
            (*new).isroot = 0;
            // No node: it is not complete, and libtrivfs cleans only what there is.
            (*new).realnode = NULL;
            (*new).hook = (*protid).hook;
            (*new).po = (*protid).po;
            AtomicU32::from_ptr(&raw mut (*(*new).po).refcnt).fetch_add(1, Ordering::SeqCst);
            reauth::begin(new.cast(), admit, user.unwrap_or(u32::MAX), rendezvous)
        }
    })
}

/// file_chflags: not for the node below. libtrivfs's hands it on, and libdiskfs's
/// (libdiskfs/file-chflags.c) returns with the node's lock held where a user may not set these
/// flags: whatever needs the node then waits for ever, each open of ours among it.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_S_file_chflags(
    _protid: sys::trivfs_protid_t,
    _reply: sys::mach_port_t,
    _reply_kind: sys::mach_msg_type_name_t,
    _flags: c_int,
) -> sys::kern_return_t {
    Error::EOPNOTSUPP.code()
}

/// Gives an open these ids: the end of libtrivfs's io_reauthenticate.
///
/// # Safety
/// As [`reauth::Admit`], with a protid from `trivfs_S_io_reauthenticate`.
unsafe fn admit(port: *mut sys::port_info, uids: &[u32], gids: &[u32]) -> Result<()> {
    // SAFETY: see the contract; the arrays have these lengths, which C counts, as `user` found, and
    // the out-pointer is valid.
    unsafe {
        let protid = port.cast::<sys::trivfs_protid>();
        let underlying = (*(*(*protid).po).cntl).underlying;
        let user = reauth::user(uids, gids)?;
        let mut node = NULL;
        let restricted = Error::check(sys::io_restrict_auth(
            underlying,
            &mut node,
            uids.as_ptr(),
            uids.len() as _,
            gids.as_ptr(),
            gids.len() as _,
        ));
        if restricted.is_err() {
            sys::iohelp_free_iouser(user);
            return restricted;
        }
        sys::iohelp_free_iouser((*protid).user);
        (*protid).user = user;
        (*protid).realnode = node;
        // As libtrivfs has it: root, and the user that the translator runs as.
        let privileged = uids.iter().any(|&id| id == 0 || id == libc::getuid());
        (*protid).isroot = privileged.into();
    }
    Ok(())
}

/// io_read: the offset is the open's own where it is -1. No lock is held while the translator
/// reads; two reads of one position at the same time may get the same bytes.
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
    guard(|| {
        // SAFETY: the stub's arguments: a protid with a reference.
        let opened = unsafe { readable(protid) }?;
        let at = match offset {
            -1 => *opened.position(),
            offset => u64::try_from(offset).map_err(|_| Error::EINVAL)?,
        };
        // A count of a message has 32 bits.
        let amount = usize::try_from(amount).map_err(|_| Error::EINVAL)?;
        let amount = amount.min(i32::MAX as usize);
        let mut part = shell()?.object.read(&opened.open, at, amount)?;
        part.truncate(amount);
        // SAFETY: the stub's arguments: a buffer with its length.
        unsafe { answer(&part, data, length)? };
        if offset == -1 {
            *opened.position() = at.saturating_add(part.len() as u64);
        }
        Ok(())
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
    guard(|| {
        // SAFETY: the stub's arguments.
        let opened = unsafe { readable(protid) }?;
        let base = match whence {
            libc::SEEK_SET => 0,
            libc::SEEK_CUR => *opened.position(),
            libc::SEEK_END => shell()?.object.size(&opened.open)?,
            _ => return Err(Error::EINVAL),
        };
        let offset = base
            .checked_add_signed(offset)
            .filter(|offset| i64::try_from(*offset).is_ok())
            .ok_or(Error::EINVAL)?;
        *opened.position() = offset;
        // SAFETY: an out-pointer of the stub's.
        unsafe { *result = offset as _ };
        Ok(())
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
    guard(|| {
        // SAFETY: the stub's arguments.
        let opened = unsafe { readable(protid) }?;
        let size = shell()?.object.size(&opened.open)?;
        let left = size.saturating_sub(*opened.position());
        // SAFETY: an out-pointer of the stub's.
        unsafe { *amount = sys::vm_size_t::try_from(left).unwrap_or(sys::vm_size_t::MAX) };
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
    guard(|| {
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
    guard(|| {
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
    guard(|| {
        // SAFETY: the stub's arguments.
        unsafe { peropen(protid) }?;
        Err(Error::EBADF)
    })
}

const _: () = {
    let _: [unsafe extern "C" fn(_, _); 2] = [trivfs_modify_stat, sys::trivfs_modify_stat];
};
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
