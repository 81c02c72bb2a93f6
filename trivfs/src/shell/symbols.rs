// SPDX-License-Identifier: GPL-2.0-or-later
//! What libtrivfs wants a program to define: its variables, its hooks, and the routines of a file.
//!
//! `trivfs_support_read` obliges us to define every routine here: libtrivfs's own abort.

use std::any::Any;
use std::cell::Cell;
use std::ffi::{c_char, c_int, c_void};
use std::hint::black_box;
use std::ptr;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicUsize, Ordering};

use gnumach::right::{DEAD, NULL};
use gnumach::{sys as mach, trap};
use hurd_ports::guard::guard;
use hurd_ports::reauth;
use hurd_ports::serve::install;
use hurd_sys as sys;

use super::object::Open;
use super::routine::user_of;
use super::shell;
use crate::{Access, Error, Result, Stat, Translator, User};
use hurd_ports::user::NOBODY;

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
#[unsafe(no_mangle)]
static mut trivfs_protid_destroy_hook: Option<unsafe extern "C" fn(*mut sys::trivfs_protid)> =
    Some(end_port);
#[unsafe(no_mangle)]
static mut trivfs_check_access_hook: Option<
    unsafe extern "C" fn(
        *mut sys::trivfs_control,
        *mut sys::iouser,
        sys::mach_port_t,
        *mut c_int,
    ) -> sys::error_t,
> = Some(check_access);

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
    black_box(trivfs_S_io_duplicate as *const ());
    black_box(trivfs_S_io_restrict_auth as *const ());
    black_box(trivfs_S_file_chflags as *const ());
}

/// What an open keeps between calls. libtrivfs shares it between duplicates of a port.
pub struct Opened {
    pub open: Open,
    /// The file position, in bytes; it may be beyond the end.
    position: Mutex<u64>,
    /// Ports that lead to it.
    ports: AtomicUsize,
}

/// Ports of an open that nobody is asked for: the one that it began with, and the one with the ids
/// of the client (`io_reauthenticate`), which the client keeps in its place.
const FREE_PORTS: usize = 2;

/// What one more port of an open keeps.
type Kept = Box<dyn Any + Send>;

impl Opened {
    /// One more port leads here, which `user` makes. The answer is for the `hook` of its protid.
    ///
    /// # Errors
    /// The translator's.
    fn another_port(&self, user: User<'_>) -> Result<*mut c_void> {
        if self.ports.fetch_add(1, Ordering::Relaxed) < FREE_PORTS {
            return Ok(ptr::null_mut());
        }
        let kept = shell().and_then(|shell| shell.object.another_port(user));
        let kept = kept.inspect_err(|_| {
            self.ports.fetch_sub(1, Ordering::Relaxed);
        })?;
        Ok(Box::into_raw(Box::<Kept>::new(kept)).cast())
    }

    /// # Safety
    /// `kept` is what [`another_port`](Self::another_port) answered, or null, and not used again.
    unsafe fn port_ended(&self, kept: *mut c_void) {
        self.ports.fetch_sub(1, Ordering::Relaxed);
        if !kept.is_null() {
            // SAFETY: see the contract.
            drop(unsafe { Box::from_raw(kept.cast::<Kept>()) });
        }
    }

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
                ports: AtomicUsize::new(1),
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

/// Ends with each port of an open.
unsafe extern "C" fn end_port(protid: *mut sys::trivfs_protid) {
    guard(|| {
        // SAFETY: a protid that nobody uses any more, with a reference to its peropen.
        unsafe {
            let kept = std::mem::take(&mut (*protid).hook);
            opened(protid)?.port_ended(kept);
        }
        Ok(())
    });
}

/// How often a call on the node below is made again that the client interrupted.
const TRIES: usize = 4;

/// What the node below lets a user do. libtrivfs does not look at errors here, so on one it is
/// nothing.
unsafe extern "C" fn check_access(
    _control: *mut sys::trivfs_control,
    _user: *mut sys::iouser,
    node: sys::mach_port_t,
    allowed: *mut c_int,
) -> sys::error_t {
    let mut found = 0;
    let mut error = 0;
    for _ in 0..TRIES {
        // SAFETY: a valid out-pointer.
        error = unsafe { sys::file_check_access(node, &mut found) };
        if error != sys::EINTR {
            break;
        }
    }
    // SAFETY: libtrivfs's out-pointer.
    unsafe { *allowed = if error == 0 { found } else { 0 } };
    error
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

/// What [`create`] left there.
///
/// # Errors
/// `EOPNOTSUPP`, as for [`peropen`].
///
/// # Safety
/// As of [`peropen`].
unsafe fn opened<'a>(protid: sys::trivfs_protid_t) -> Result<&'a Opened> {
    // SAFETY: see the contract; an `Opened` lives as long as its peropen.
    unsafe { peropen(protid)?.hook.cast::<Opened>().as_ref() }.ok_or(Error::EOPNOTSUPP)
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
            let user = user_of((*protid).user);
            let mut nobody = ptr::null_mut();
            Error::check(sys::iohelp_create_empty_iouser(&mut nobody))?;
            // The client waits for an answer of the auth server's, even where it has no right to a
            // port more: then it gets one that is dead.
            let kept = opened(protid)?.another_port(user);
            let new = new_port(protid, nobody, kept.ok())?;
            let user = user.uids.first().copied();
            reauth::begin(new.cast(), admit, user.unwrap_or(NOBODY), rendezvous)
        }
    })
}

/// A port for the same open as `protid`, in no set yet, with these ids, which it takes over, and
/// without a node below. The user of `protid` pays for it.
///
/// # Errors
/// The translator's, and `ENOMEM`.
///
/// # Safety
/// A protid with a reference, and an iouser of libiohelp's.
unsafe fn another_port(
    protid: sys::trivfs_protid_t,
    user: *mut sys::iouser,
) -> Result<*mut sys::trivfs_protid> {
    // SAFETY: see the contract, here and below.
    unsafe {
        let opened = opened(protid);
        let kept = opened.and_then(|opened| opened.another_port(user_of((*protid).user)));
        match kept {
            Ok(kept) => new_port(protid, user, Some(kept)),
            Err(refused) => {
                sys::iohelp_free_iouser(user);
                Err(refused)
            }
        }
    }
}

/// The port of [`another_port`], with what it keeps. Without that it is one that is refused: it is
/// not counted, and [`admit`] does not admit it.
///
/// # Errors
/// `ENOMEM`.
///
/// # Safety
/// As for [`another_port`]; `kept` is of the protid's open.
unsafe fn new_port(
    protid: sys::trivfs_protid_t,
    user: *mut sys::iouser,
    kept: Option<*mut c_void>,
) -> Result<*mut sys::trivfs_protid> {
    // SAFETY: see the contract. The new protid is complete before anybody else knows it.
    unsafe {
        let control = &*peropen(protid)?.cntl;
        let mut new: *mut sys::trivfs_protid = ptr::null_mut();
        let made = Error::check(sys::ports_create_port_noinstall(
            control.protid_class,
            control.protid_bucket,
            size_of::<sys::trivfs_protid>(),
            (&raw mut new).cast(),
        ));
        made.inspect_err(|_| {
            sys::iohelp_free_iouser(user);
            if let (Some(kept), Ok(opened)) = (kept, opened(protid)) {
                opened.port_ended(kept);
            }
        })?;
        (*new).user = user;
        (*new).isroot = 0;
        // libtrivfs calls `end_port` for those whose node is not null.
        (*new).realnode = if kept.is_some() { DEAD } else { NULL };
        (*new).hook = kept.unwrap_or_default();
        (*new).po = (*protid).po;
        AtomicU32::from_ptr(&raw mut (*(*new).po).refcnt).fetch_add(1, Ordering::SeqCst);
        Ok(new)
    }
}

/// Answers with a right to a new port that is complete.
///
/// # Safety
/// `new` is what [`another_port`] answered, and not used again; the others are the stub's.
unsafe fn hand_out(
    new: *mut sys::trivfs_protid,
    right: *mut sys::mach_port_t,
    kind: *mut sys::mach_msg_type_name_t,
) {
    // SAFETY: see the contract.
    unsafe {
        *right = sys::ports_get_right(new.cast());
        *kind = mach::MACH_MSG_TYPE_MAKE_SEND;
        install(new.cast());
    }
}

/// A right to the node below, restricted to these ids.
///
/// # Errors
/// The node's.
///
/// # Safety
/// `node` is a send right of this task's.
unsafe fn restrict(node: sys::mach_port_t, uids: &[u32], gids: &[u32]) -> Result<sys::mach_port_t> {
    let mut restricted = NULL;
    // SAFETY: see the contract; the arrays have these lengths, and the out-pointer is valid.
    Error::check(unsafe {
        sys::io_restrict_auth(
            node,
            &mut restricted,
            uids.as_ptr(),
            uids.len() as _,
            gids.as_ptr(),
            gids.len() as _,
        )
    })?;
    Ok(restricted)
}

/// io_duplicate: libtrivfs's asks nobody whether there may be one more.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_S_io_duplicate(
    protid: sys::trivfs_protid_t,
    _reply: sys::mach_port_t,
    _reply_kind: sys::mach_msg_type_name_t,
    right: *mut sys::mach_port_t,
    kind: *mut sys::mach_msg_type_name_t,
) -> sys::kern_return_t {
    guard(|| {
        // SAFETY: the stub's arguments: a protid with a reference, and out-pointers.
        unsafe {
            peropen(protid)?;
            let mut user = ptr::null_mut();
            Error::check(sys::iohelp_dup_iouser(&mut user, (*protid).user))?;
            let new = another_port(protid, user)?;
            (*new).isroot = (*protid).isroot;
            let (task, node) = (trap::mach_task_self(), (*protid).realnode);
            if mach::mig_k_mach_port_mod_refs(task, node, mach::MACH_PORT_RIGHT_SEND, 1) == 0 {
                (*new).realnode = node;
            }
            hand_out(new, right, kind);
        }
        Ok(())
    })
}

/// io_restrict_auth: libtrivfs's asks nobody whether there may be one more, and answers success with
/// a name that it never set where the node below refuses, or the client interrupts the call.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_S_io_restrict_auth(
    protid: sys::trivfs_protid_t,
    _reply: sys::mach_port_t,
    _reply_kind: sys::mach_msg_type_name_t,
    right: *mut sys::mach_port_t,
    kind: *mut sys::mach_msg_type_name_t,
    uids: *const sys::uid_t,
    uid_count: sys::mach_msg_type_number_t,
    gids: *const sys::uid_t,
    gid_count: sys::mach_msg_type_number_t,
) -> sys::kern_return_t {
    guard(|| {
        // SAFETY: the stub's arguments: a protid with a reference, arrays with their lengths, and
        // out-pointers.
        unsafe {
            peropen(protid)?;
            let privileged = (*protid).isroot != 0;
            let own = user_of((*protid).user);
            let allowed = |asked: *const u32, count: u32, own: &[u32]| -> Vec<u32> {
                let asked = match asked.is_null() {
                    true => &[],
                    false => std::slice::from_raw_parts(asked, count as usize),
                };
                if privileged {
                    return asked.to_vec();
                }
                let own = own.iter().copied();
                own.filter(|id| asked.contains(id)).collect()
            };
            let uids = allowed(uids, uid_count, own.uids);
            let gids = allowed(gids, gid_count, own.gids);
            let new = another_port(protid, reauth::user(&uids, &gids)?)?;
            (*new).isroot = (privileged && is_privileged(&uids)).into();
            let node = restrict((*protid).realnode, &uids, &gids);
            (*new).realnode = node.inspect_err(|_| sys::ports_port_deref(new.cast()))?;
            hand_out(new, right, kind);
        }
        Ok(())
    })
}

/// Whether one of the ids is root's, or of the user as whom the translator runs.
fn is_privileged(uids: &[u32]) -> bool {
    // SAFETY: takes nothing.
    let own = unsafe { libc::getuid() };
    uids.iter().any(|&id| id == 0 || id == own)
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
    // SAFETY: see the contract; a control's `underlying` is a right of this task's.
    unsafe {
        let protid = port.cast::<sys::trivfs_protid>();
        if (*protid).realnode == NULL {
            return Err(Error::EMFILE);
        }
        let underlying = (*(*(*protid).po).cntl).underlying;
        let user = reauth::user(uids, gids)?;
        let node = restrict(underlying, uids, gids);
        let node = node.inspect_err(|_| sys::iohelp_free_iouser(user))?;
        sys::iohelp_free_iouser((*protid).user);
        (*protid).user = user;
        (*protid).realnode = node;
        // As libtrivfs has it.
        (*protid).isroot = is_privileged(uids).into();
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
