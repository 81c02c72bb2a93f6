// SPDX-License-Identifier: GPL-2.0-or-later
//! The call in work, for routines of the translator's own interfaces.

use std::cell::Cell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::slice;

use gnumach::message;
use gnumach::right::{Name, Requested};
use gnumach::serve::Reply;
use gnumach::sys as mach;
use hurd_ports::guard::guard;
use hurd_ports::shares::{Share, Shares};
use hurd_ports::user::NOBODY;
use hurd_sys as sys;

use super::object::{Held, Open};
use super::shell;
use super::symbols::Opened;
use crate::{Call, Error, Result, Text, Translator, User};

thread_local! {
    /// The port that the request in this thread's work came on, with a reference.
    static CALL: Cell<*mut sys::port_info> = const { Cell::new(ptr::null_mut()) };
}

/// The translator's own interfaces first, and then those of every trivfs node.
///
/// # Safety
/// As [`hurd_ports::serve::Dispatch`].
pub unsafe fn dispatch(
    port: *mut sys::port_info,
    request: *mut mach::mach_msg_header_t,
    reply: *mut Reply,
) {
    let Ok(shell) = shell() else {
        return;
    };
    // SAFETY: see the contract.
    if unsafe { message::memory(request) && is_stranger(port) } {
        // SAFETY: as above.
        unsafe { (*reply).RetCode = mach::MIG_BAD_ARGUMENTS };
        return;
    }
    let before = CALL.replace(port);
    let mut own = shell.object.interfaces().iter();
    // SAFETY: see the contract; the stubs are MIG's.
    unsafe {
        match own.find_map(|own| (own.lookup)(request)) {
            Some(stub) => stub(request, reply.cast()),
            None => match ask_below(request, shell.file_calls) {
                Ok(_share) => {
                    sys::trivfs_demuxer(request.cast(), reply.cast());
                }
                Err(error) => (*reply).RetCode = error.code(),
            },
        }
    }
    CALL.set(before);
}

/// Whether a request on this port is one of a user to whom the translator does not belong. Memory
/// that comes out of line with such a request is not looked at: its pager may never answer, and
/// when that dies the program gets a signal that ends it.
///
/// # Safety
/// `port` is one of libports's, with a reference.
unsafe fn is_stranger(port: *mut sys::port_info) -> bool {
    let protids = shell().map(|shell| shell.protids);
    // SAFETY: see the contract; a port of that class is a protid. Only the parent and the owner
    // have a right to another.
    unsafe { Ok((*port).class) == protids && (*port.cast::<sys::trivfs_protid>()).isroot == 0 }
}

/// The calls that libtrivfs answers by asking the file system below, as of its version of 2026:
/// those whose routine uses `realnode` or `underlying`. That file system may never answer, and the
/// translator's own interfaces need workers then too.
///
/// `io_reauthenticate` is not among them: no worker waits for it ([`hurd_ports::reauth`]).
const ASKING: [i32; 16] = [
    20_001, // file_chown
    20_002, // file_chauthor
    20_003, // file_chmod
    20_005, // file_utimes
    20_009, // file_check_access
    20_013, // file_sync
    20_014, // file_syncfs
    20_018, // dir_lookup
    20_035, // file_utimens
    21_013, // io_stat
    21_015, // io_restrict_auth
    21_028, // io_pathconf
    21_029, // io_identity
    21_030, // io_revoke
    GETROOT, 22_004, // fsys_syncfs
];

/// `fsys_getroot`: an open by way of the parent file system.
const GETROOT: i32 = 22_002;

/// Calls that ask the file system below, while they run.
static BELOW: Shares = Shares::new();

/// A share of [`BELOW`] for a request, if it is one that asks the file system below.
///
/// # Errors
/// `EAGAIN`: the user, or all users, have as many under way as they may.
///
/// # Safety
/// As for [`hurd_ports::serve::Dispatch`].
unsafe fn ask_below(
    request: *const mach::mach_msg_header_t,
    bound: usize,
) -> Result<Option<Share<'static>>> {
    // SAFETY: see the contract.
    let id = unsafe { (*request).msgh_id };
    if !ASKING.contains(&id) {
        return Ok(None);
    }
    let user = if id == GETROOT {
        // SAFETY: see the contract.
        unsafe { opener(request) }
    } else {
        with_user(|user| user.payer()).ok()
    };
    BELOW.take(user.unwrap_or(NOBODY), bound).map(Some)
}

/// For whom the parent file system opens the node: the user ids in a request `fsys_getroot`.
///
/// # Safety
/// `request` is a received message.
unsafe fn opener(request: *const mach::mach_msg_header_t) -> Option<u32> {
    /// Words before the descriptor of the user ids: the header and a right.
    const BEFORE: usize = size_of::<mach::mach_msg_header_t>() / 8 + 2;
    // SAFETY: a message has as many bytes as its header says.
    let words =
        unsafe { slice::from_raw_parts(request.cast::<u64>(), (*request).msgh_size as usize / 8) };
    let descriptor = *words.get(BEFORE)?;
    // SAFETY: any eight bytes are a descriptor.
    let kind = unsafe { std::mem::transmute::<u64, mach::mach_msg_type_t>(descriptor) };
    // More ids than fit the message: the first that did not is nobody's.
    if kind.msgt_inline() == 0 || kind.msgt_size() != 32 {
        return None;
    }
    let count = kind.msgt_number as usize;
    let data = words.get(BEFORE + 1..)?.get(..count.div_ceil(2))?;
    // SAFETY: a word is two ids, and `count` of them are there.
    let uids = unsafe { slice::from_raw_parts(data.as_ptr().cast::<u32>(), count) };
    Some(User { uids, gids: &[] }.payer())
}

/// The open that the request in work came through.
fn protid() -> Result<*mut sys::trivfs_protid> {
    let port = CALL.get();
    let protids = shell()?.protids;
    // SAFETY: the loop put a port with a reference there, for as long as the call lasts.
    match unsafe { port.as_ref() } {
        Some(info) if info.class == protids => Ok(port.cast()),
        _ => Err(Error::EOPNOTSUPP),
    }
}

/// A pointer that stands for the open that the request in work came through, or null where it
/// came on another port: for an interface whose stubs carry one (MIG's `intran`).
#[must_use]
pub fn current() -> *mut c_void {
    protid().map_or(ptr::null_mut(), <*mut _>::cast)
}

/// Calls `body` with the ids of the caller of the request in work.
///
/// # Errors
/// `EOPNOTSUPP`: the request came on a port that is no open.
pub fn with_user<R>(body: impl FnOnce(User<'_>) -> R) -> Result<R> {
    let protid = protid()?;
    // SAFETY: a protid with a reference. libtrivfs sets its user before the port exists for
    // others, and frees it with the protid.
    let user = unsafe { (*protid).user.as_ref() }.ok_or(Error::EOPNOTSUPP)?;
    // SAFETY: the same holds for the user's lists.
    let user = unsafe { user_of(user) };
    Ok(body(user))
}

/// The ids of a user of libiohelp's.
///
/// # Safety
/// The lists stay while the answer is in use.
pub unsafe fn user_of<'a>(user: *const sys::iouser) -> User<'a> {
    // SAFETY: see the contract.
    unsafe {
        match user.as_ref() {
            Some(user) => User {
                uids: ids(user.uids),
                gids: ids(user.gids),
            },
            None => User {
                uids: &[],
                gids: &[],
            },
        }
    }
}

/// # Safety
/// `list` is null or a list that outlives the answer.
unsafe fn ids<'a>(list: *const sys::idvec) -> &'a [u32] {
    // SAFETY: see the contract; of an empty list the pointer may be null.
    unsafe {
        match list.as_ref() {
            Some(list) if !list.ids.is_null() => slice::from_raw_parts(list.ids, list.num as usize),
            _ => &[],
        }
    }
}

/// Runs a routine of the translator's own interface. Not for programs: see
/// [`routines!`](crate::routines).
pub fn routine<T: Translator>(body: impl FnOnce(Call<'_, T>) -> Result<()>) -> c_int {
    guard(|| {
        let translator = &shell()?
            .object
            .any()
            .downcast_ref::<Held<T>>()
            .ok_or(Error::EOPNOTSUPP)?
            .0;
        let protid = protid()?;
        // SAFETY: a protid with a reference, which holds one to its peropen, for whose time our
        // hook left an `Opened` there.
        let opened = unsafe {
            (*protid)
                .po
                .as_ref()
                .and_then(|peropen| peropen.hook.cast::<Opened>().as_ref())
        };
        let open: &Open = &opened.ok_or(Error::EOPNOTSUPP)?.open;
        let open = open.downcast_ref().ok_or(Error::EOPNOTSUPP)?;
        // SAFETY: as above; it is set with the user.
        let is_owner = unsafe { (*protid).isroot } != 0;
        with_user(|user| {
            body(Call {
                translator,
                open,
                user,
                is_owner,
            })
        })?
    })
}

/// A string of a request.
///
/// # Errors
/// `EINVAL`: it is not UTF-8.
///
/// # Safety
/// `text` is a `string_t` of the request, which ends with a null byte.
pub unsafe fn text_in<'a>(text: *const c_char) -> Result<&'a str> {
    // SAFETY: see the contract; MIG's stub checks that the string ends within the request.
    unsafe { CStr::from_ptr(text) }
        .to_str()
        .map_err(|_| Error::EINVAL)
}

/// Room for a string of a reply.
///
/// # Safety
/// `text` is a `string_t` of the reply.
pub unsafe fn text_out<'a>(text: *mut c_char) -> Text<'a> {
    // SAFETY: see the contract.
    Text::new(unsafe { slice::from_raw_parts_mut(text.cast(), Text::SIZE) })
}

/// Room for a value of a reply, all bits zero.
///
/// # Safety
/// `value` is an out-pointer of the stub's, to a type of C's for which zero is a value.
pub unsafe fn value_out<'a, V>(value: *mut V) -> &'a mut V {
    // SAFETY: see the contract.
    unsafe {
        value.write_bytes(0, 1);
        &mut *value
    }
}

/// A send right of a request.
///
/// # Safety
/// The request in work brought one reference to `name`.
pub unsafe fn port_in<'a>(name: Name) -> Requested<'a> {
    // SAFETY: handed through.
    unsafe { Requested::new(name) }
}
