// SPDX-License-Identifier: GPL-2.0-or-later
//! The shell itself: what libnetfs calls, and what calls libnetfs.

mod callbacks;
mod copy;
mod io;
mod lock;
mod lookup;
mod node;
mod options;
mod ports;
mod shutdown;
mod symbols;
mod table;

use std::ffi::{c_char, c_int};
use std::sync::OnceLock;

use gnumach::message;
use gnumach::right::valid;
use gnumach::serve::Reply;
use gnumach::sys as mach;
use gnumach::trap;
use hurd_ports::shares::{Share, Shares};
use hurd_ports::user::ROOT;
use hurd_ports::{guard, reauth, serve, space};
use hurd_sys as sys;

pub use copy::{Foreign, copy_in};
pub use hurd_ports::guard::log;
pub use node::NodeRef;
pub use table::Nodes;

use callbacks::{Erased, Shell};

use crate::FileSystem;

/// The file system that the C functions serve: they carry no context, so a program has one.
static SHELL: OnceLock<Box<dyn Erased>> = OnceLock::new();

/// The file system: there before any port of ours is.
///
/// # Errors
/// `EIO` before that.
fn shell() -> crate::Result<&'static dyn Erased> {
    SHELL.get().map(|shell| &**shell).ok_or(crate::Error::EIO)
}

/// The program: parses the command line, starts the file system, tells the parent, and serves.
/// Answers only when that fails, with one line on standard error.
///
/// # Safety
/// `argv` is as C's `main` gets it, and no other thread was started.
pub unsafe fn run<F: FileSystem>(argc: c_int, argv: *mut *mut c_char) -> c_int {
    guard::open_log(F::NAME);
    // SAFETY: handed through.
    let started = unsafe { options::from_command_line::<F>(argc, argv) }.and_then(start::<F>);
    match started {
        // Requests are the workers'; this thread takes the auth server's answers.
        Ok(()) => reauth::run(),
        Err(message) => {
            eprintln!("{}: {message}", F::NAME.to_string_lossy());
            1
        }
    }
}

/// Everything that can fail, with the parent told last: until then the person who sets the
/// translator gets the error.
fn start<F: FileSystem>(options: Vec<(String, String)>) -> Result<(), String> {
    symbols::define::<F>();
    // A read of many bytes takes as many here, and at the limit an allocation that fails ends us.
    space::lift_limit();
    let mut bootstrap = 0;
    // SAFETY: a valid out-pointer.
    let error = unsafe {
        sys::task_get_special_port(
            trap::mach_task_self(),
            sys::TASK_BOOTSTRAP_PORT as _,
            &mut bootstrap,
        )
    };
    if error != 0 || !valid(bootstrap) {
        let name = F::NAME.to_string_lossy();
        return Err(format!(
            "must be started as a translator: settrans -c NODE /hurd/{name}"
        ));
    }
    // SAFETY: once, before anything else of libnetfs.
    unsafe { sys::netfs_init() };
    ports::count();
    let (file_system, root) = F::start(&options)?;
    // SAFETY: libnetfs reads the root for ever after; the reference is never given up.
    unsafe { sys::netfs_root_node = root.into_raw() };
    SHELL
        .set(Box::new(Shell(file_system)))
        .map_err(|_| "started twice".to_owned())?;
    reauth::prepare().map_err(|error| format!("asking the auth server: {error}"))?;
    // SAFETY: `netfs_init` made the bucket.
    unsafe { serve::start(sys::netfs_port_bucket, WORKERS, dispatch) }
        .map_err(|error| format!("starting a thread: {error}"))?;
    // SAFETY: ports exist since `netfs_init`. The library exits with a line of its own when the
    // parent does not answer. The right to the underlying node is not needed.
    let underlying = unsafe { sys::netfs_startup(bootstrap, 0) };
    if valid(underlying) {
        // SAFETY: the reference is ours.
        unsafe { trap::mach_port_deallocate(trap::mach_task_self(), underlying) };
    }
    serve::open();
    Ok(())
}

/// Threads at most. One that reads or writes memory that does not answer stands still.
const WORKERS: usize = 128;

/// Requests at once whose data may never come, of all users.
const WRITES: usize = WORKERS / 4 * 3;

/// Requests whose data may never come, while they run.
static WRITING: Shares = Shares::new();

/// The message id of `io_write` (`hurd/io.defs`).
const WRITE: i32 = 21_000;

/// Lets libnetfs's stubs answer.
///
/// # Safety
/// As [`serve::Dispatch`].
unsafe fn dispatch(
    port: *mut sys::port_info,
    request: *mut mach::mach_msg_header_t,
    reply: *mut Reply,
) {
    // SAFETY: see the contract.
    match unsafe { with_memory(port, request) } {
        // SAFETY: as above.
        Ok(_share) => unsafe {
            sys::netfs_demuxer(request.cast(), reply.cast());
        },
        // SAFETY: as above.
        Err(code) => unsafe { (*reply).RetCode = code },
    }
}

/// Whether a request may bring the memory out of line that it does. Its pager may never answer, and
/// when that dies the thread that looks at it gets a signal. `io_write` is made for that, and keeps
/// its thread meanwhile, so it gets a share of these; no other call of a user but root brings any.
///
/// # Errors
/// The answer to the request.
///
/// # Safety
/// As [`serve::Dispatch`].
unsafe fn with_memory(
    port: *mut sys::port_info,
    request: *const mach::mach_msg_header_t,
) -> Result<Option<Share<'static>>, c_int> {
    // SAFETY: see the contract; a port of that class is a protid. A right to another is the
    // parent's or root's.
    unsafe {
        if !message::memory(request) || (*port).class != sys::netfs_protid_class {
            return Ok(None);
        }
        let user = callbacks::with_user((*port.cast::<sys::protid>()).user, ports::payer);
        match (*request).msgh_id {
            WRITE => {
                let share = WRITING.take(user, WRITES).map_err(|error| error.code())?;
                Ok(Some(share))
            }
            _ if user == ROOT => Ok(None),
            _ => Err(mach::MIG_BAD_ARGUMENTS),
        }
    }
}
