// SPDX-License-Identifier: GPL-2.0-or-later
//! Opens: `dir_lookup` and `fsys_getroot`.
//!
//! libnetfs's do not expect that a port can be refused: one ends the program, the other loses an
//! open and a reference to its node, and loses a port where a lock is held by somebody else. Here
//! what is not handed out is given back. No translator is on a node, and no tree has another root
//! than its own (`file_reparent`).

use std::ffi::{c_char, c_int};
use std::ptr;
use std::slice;

use gnumach::right::NULL;
use gnumach::sys as mach;
use gnumach::trap;
use hurd_ports::guard::guard;
use hurd_ports::reauth;
use hurd_sys as sys;

use super::callbacks::{Locked, Raw, netfs_validate_stat, opening, text, with_user};
use super::io::opened;
use super::ports::{make, payer};
use super::{lock, shell};
use crate::{Error, Result, User};

/// Links that one name may lead through (`netfs_maxsymlinks`).
const LINKS: usize = 16;

/// Times that a file is looked for which is there when it is to be made, and not when it is looked
/// for.
const TRIES: usize = 4;

/// Bytes of a name in a reply, with the null byte at its end (`string_t`).
const NAME: usize = size_of::<sys::string_t>();

/// Flags that are for the time of the open only.
const ONLY_WHILE_OPENING: c_int = libc::O_CREAT | libc::O_EXCL | libc::O_NOLINK | libc::O_NOTRANS;

/// A reference to a node, which is given up without the node's lock.
struct Held(*mut sys::node);

impl Held {
    /// # Safety
    /// The node has a reference meanwhile.
    unsafe fn another(node: *mut sys::node) -> Self {
        // SAFETY: see the contract.
        unsafe { sys::netfs_nref(node) };
        Self(node)
    }

    /// The kind of file, with `nn_stat` filled in.
    fn kind(&self) -> Result<u32> {
        // SAFETY: the reference keeps the node.
        unsafe {
            let _locked = Locked::new(self.0);
            Error::check(netfs_validate_stat(self.0, ptr::null_mut()))?;
            Ok((*self.0).nn_stat.st_mode & libc::S_IFMT)
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // SAFETY: the reference is ours, and this is its last use.
        unsafe { sys::netfs_nrele(self.0) };
    }
}

/// A port that is made for an open and not handed out yet.
struct Unsent(*mut sys::protid);

impl Unsent {
    /// Opens a node for `user`. What is above the file system is that of `context`, another open.
    ///
    /// # Errors
    /// `EMFILE`, `ENFILE`: there are too many ports; `ENOMEM`.
    ///
    /// # Safety
    /// `context` is valid for the call, and `user` is one of libiohelp's, which is taken over.
    unsafe fn new(
        node: &Held,
        flags: c_int,
        context: *mut sys::peropen,
        user: *mut sys::iouser,
    ) -> Result<Self> {
        // SAFETY: see the contract. The open has a reference of its own to all that it names.
        unsafe {
            let open = sys::netfs_make_peropen(node.0, flags & !ONLY_WHILE_OPENING, context);
            if open.is_null() {
                sys::iohelp_free_iouser(user);
                return Err(Error::ENOMEM);
            }
            match make(open, user, with_user(user, payer)) {
                Ok(port) => Ok(Self(port)),
                Err(error) => {
                    sys::netfs_release_peropen(open);
                    sys::iohelp_free_iouser(user);
                    Err(error)
                }
            }
        }
    }

    /// Locks the file where the flags say so, and answers `EAGAIN` where somebody else has.
    fn lock(&self, flags: c_int) -> Result<()> {
        let kind = if flags & libc::O_EXLOCK != 0 {
            libc::F_WRLCK
        } else if flags & libc::O_SHLOCK != 0 {
            libc::F_RDLCK
        } else {
            return Ok(());
        };
        let mut whole = sys::flock64 {
            l_type: kind as _,
            l_whence: libc::SEEK_SET as _,
            ..Default::default()
        };
        // SAFETY: a protid with a reference, which nobody else has.
        unsafe { lock::change(&*self.0, flags, libc::F_SETLK64, &mut whole) }
    }
}

impl Drop for Unsent {
    fn drop(&mut self) {
        // SAFETY: the reference is ours. A port without send rights goes with it.
        unsafe { sys::ports_port_deref(self.0.cast()) };
    }
}

/// Where the stub wants the answer.
struct Answer {
    retry: *mut sys::retry_type,
    name: *mut c_char,
    port: *mut sys::mach_port_t,
    kind: *mut sys::mach_msg_type_name_t,
}

impl Answer {
    /// A port to `node`, if `caller` may open it and the lock that the flags ask for is free. What is
    /// above the file system is that of `context`, another open; `new`: this open made the node.
    ///
    /// # Errors
    /// As [`Unsent::new`]; `EAGAIN`: the file is locked; those of the file system.
    ///
    /// # Safety
    /// As [`Unsent::new`], with the ids of `caller` in `user`; the out-pointers are the stub's.
    unsafe fn open(
        &self,
        node: &Held,
        caller: User<'_>,
        (flags, new): (c_int, bool),
        context: *mut sys::peropen,
        user: *mut sys::iouser,
    ) -> Result<()> {
        // SAFETY: see the contract; the port has a reference, which ends with `open`.
        unsafe {
            let open = Unsent::new(node, flags, context, user)?;
            shell()?.open(caller, Raw(node.0), opening(flags, new))?;
            open.lock(flags)?;
            *self.retry = sys::FS_RETRY_NORMAL;
            *self.name = 0;
            *self.port = sys::ports_get_right(open.0.cast());
            *self.kind = mach::MACH_MSG_TYPE_MAKE_SEND;
        }
        Ok(())
    }

    /// The client is to look `name` up elsewhere.
    ///
    /// # Errors
    /// `ENAMETOOLONG`: it is no name of a message.
    ///
    /// # Safety
    /// The out-pointers are the stub's; `port` is null or a right of ours.
    unsafe fn elsewhere(
        &self,
        retry: sys::retry_type,
        name: &str,
        port: sys::mach_port_t,
    ) -> Result<()> {
        if name.len() >= NAME {
            return Err(Error::from_code(libc::ENAMETOOLONG));
        }
        // SAFETY: see the contract; there is room for as many bytes.
        unsafe {
            ptr::copy_nonoverlapping(name.as_ptr(), self.name.cast(), name.len());
            *self.name.add(name.len()) = 0;
            *self.retry = retry;
            *self.port = port;
            *self.kind = mach::MACH_MSG_TYPE_COPY_SEND;
        }
        Ok(())
    }
}

/// What a name leads to.
enum Found {
    /// A node; and whether this open made it.
    Node(Held, bool),
    /// The directory above the root.
    Above(String),
    /// A link to an absolute name.
    Absolute(String),
}

/// Follows a name from a node.
///
/// # Safety
/// `from` has a reference meanwhile.
unsafe fn walk(
    user: User<'_>,
    from: *mut sys::node,
    name: &str,
    flags: c_int,
    mode: u32,
) -> Result<Found> {
    let shell = shell()?;
    let (mut create, exclusive) = (flags & libc::O_CREAT != 0, flags & libc::O_EXCL != 0);
    // SAFETY: see the contract; below, references of our own.
    let mut at = unsafe { Held::another(from) };
    let mut left = name.trim_start_matches('/').to_owned();
    let (mut links, mut made, mut directory) = (0, false, flags & libc::O_DIRECTORY != 0);
    while !left.is_empty() {
        let (first, rest) = match left.split_once('/') {
            Some((first, rest)) => (first, Some(rest.trim_start_matches('/'))),
            None => (left.as_str(), None),
        };
        let rest_is_name = rest.is_some_and(|rest| !rest.is_empty());
        // A slash at the end: a directory, which no open makes.
        let slash = rest == Some("");
        create &= !slash;
        let last = !rest_is_name;
        // SAFETY: a plain variable of libnetfs's, set before the first request.
        let root = unsafe { sys::netfs_root_node };
        if first == ".." && at.0 == root {
            let name = if slash { "/" } else { rest.unwrap_or("") };
            return Ok(Found::Above(name.to_owned()));
        }
        let mut tries = 0;
        let next = loop {
            match step(user, &at, first) {
                Ok(_) if last && create && exclusive => return Err(Error::EEXIST),
                Err(Error::ENOENT) if last && create => {}
                found => break found?,
            }
            match shell.create(user, Raw(at.0), first, mode & 0o777) {
                Err(Error::EEXIST) if !exclusive && tries < TRIES => tries += 1,
                new => {
                    made = true;
                    break Held(new?);
                }
            }
        };
        let link = next.kind()? == libc::S_IFLNK;
        if link && (!last || slash || flags & (libc::O_NOLINK | libc::O_NOTRANS) == 0) {
            links += 1;
            if links > LINKS {
                return Err(Error::from_code(libc::ELOOP));
            }
            let mut target = shell.readlink(Raw(next.0))?;
            if let Some(rest) = rest {
                target.push('/');
                target.push_str(rest);
            }
            // A link to no file makes none.
            create &= !last;
            if target.starts_with('/') {
                return Ok(Found::Absolute(target));
            }
            left = target;
            continue;
        }
        directory |= slash;
        left = rest.unwrap_or("").to_owned();
        at = next;
    }
    if directory && at.kind()? != libc::S_IFDIR {
        return Err(Error::ENOTDIR);
    }
    Ok(Found::Node(at, made))
}

/// One name in a directory.
///
/// # Errors
/// `ENOTDIR`; those of the file system.
fn step(user: User<'_>, at: &Held, name: &str) -> Result<Held> {
    if name != "." {
        return shell()?.lookup(user, Raw(at.0), name).map(Held);
    }
    if at.kind()? != libc::S_IFDIR {
        return Err(Error::ENOTDIR);
    }
    // SAFETY: `at` keeps the node.
    Ok(unsafe { Held::another(at.0) })
}

// SAFETY of all below: the stubs' arguments are a protid with a reference, or null, strings that
// end, arrays with their lengths, and valid out-pointers.

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_S_dir_lookup(
    user: sys::protid_t,
    name: *const c_char,
    flags: c_int,
    mode: sys::mode_t,
    retry: *mut sys::retry_type,
    rest: *mut c_char,
    port: *mut sys::mach_port_t,
    kind: *mut sys::mach_msg_type_name_t,
) -> sys::kern_return_t {
    let answer = Answer {
        retry,
        name: rest,
        port,
        kind,
    };
    // SAFETY: see above.
    guard(|| unsafe {
        let user = opened(user)?;
        let (context, name) = (user.po, text(name)?);
        with_user(user.user, |caller| {
            match walk(caller, (*context).np, name, flags, mode)? {
                Found::Above(name) => match (*context).root_parent {
                    NULL => Err(Error::EIO),
                    parent => answer.elsewhere(sys::FS_RETRY_REAUTH, &name, parent),
                },
                Found::Absolute(name) => answer.elsewhere(sys::FS_RETRY_MAGICAL, &name, NULL),
                Found::Node(node, new) => {
                    let mut ids = ptr::null_mut();
                    Error::check(sys::iohelp_dup_iouser(&mut ids, user.user))?;
                    answer.open(&node, caller, (flags, new), context, ids)
                }
            }
        })
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_S_fsys_getroot(
    control: *mut sys::netfs_control,
    _reply: sys::mach_port_t,
    _reply_kind: sys::mach_msg_type_name_t,
    parent: sys::mach_port_t,
    uids: *const sys::uid_t,
    uid_count: sys::mach_msg_type_number_t,
    gids: *const sys::uid_t,
    gid_count: sys::mach_msg_type_number_t,
    flags: c_int,
    retry: *mut sys::retry_type,
    rest: *mut c_char,
    port: *mut sys::mach_port_t,
    kind: *mut sys::mach_msg_type_name_t,
) -> sys::kern_return_t {
    unsafe fn ids<'a>(list: *const sys::uid_t, count: u32) -> &'a [u32] {
        if list.is_null() {
            return &[];
        }
        // SAFETY: the stub's array with its length.
        unsafe { slice::from_raw_parts(list, count as usize) }
    }
    let answer = Answer {
        retry,
        name: rest,
        port,
        kind,
    };
    // SAFETY: see above.
    guard(|| unsafe {
        if control.is_null() {
            return Err(Error::EOPNOTSUPP);
        }
        let (uids, gids) = (ids(uids, uid_count), ids(gids, gid_count));
        let flags = flags & libc::O_HURD;
        let root = Held::another(sys::netfs_root_node);
        root.kind()?;
        let mut context = sys::peropen {
            root_parent: parent,
            ..Default::default()
        };
        let user = reauth::user(uids, gids)?;
        let caller = User { uids, gids };
        answer.open(&root, caller, (flags, false), &mut context, user)?;
        // The open has a reference of its own.
        trap::mach_port_deallocate(trap::mach_task_self(), parent);
        Ok(())
    })
}

/// No part of the file system is the root of another: for chroot(2). libnetfs's keeps a reference
/// to a node for each open that is made from there.
#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_S_file_reparent(
    _user: sys::protid_t,
    _parent: sys::mach_port_t,
    _new: *mut sys::mach_port_t,
    _kind: *mut sys::mach_msg_type_name_t,
) -> sys::kern_return_t {
    Error::EOPNOTSUPP.code()
}
