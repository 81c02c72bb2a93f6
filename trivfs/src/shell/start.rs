// SPDX-License-Identifier: GPL-2.0-or-later
//! From `main` to the first request.

use std::ffi::{c_char, c_int};
use std::io;
use std::ptr;

use gnumach::right::{SendRight, valid};
use gnumach::trap;
use hurd_ports::{guard, reauth, serve, space};
use hurd_sys as sys;

use super::object::Held;
use super::{SHELL, Shell, options, routine, symbols};
use crate::Translator;

/// What was being done when it failed, for the one line before a translator that cannot start
/// exits.
type Started<T> = Result<T, String>;

/// The whole program: see [`translator!`](crate::translator). It returns where the translator
/// could not start.
///
/// # Safety
/// It is called once, by C's `main` with its arguments, before any other thread is started.
pub unsafe fn main<T: Translator>(argc: c_int, argv: *mut *mut c_char) -> c_int {
    // SAFETY: handed through.
    let message = match unsafe { start::<T>(argc, argv) } {
        // Requests are the workers'; this thread takes the auth server's answers, until goaway
        // ends the process.
        Ok(()) => reauth::run(),
        Err(message) => message,
    };
    eprintln!("{}: {message}", T::NAME.to_string_lossy());
    1
}

/// Everything that can fail, with the parent told last: until then whoever sets the translator
/// gets the error.
///
/// # Safety
/// As of [`main`].
unsafe fn start<T: Translator>(argc: c_int, argv: *mut *mut c_char) -> Started<()> {
    guard::open_log(T::NAME);
    let argp = options::argp::<T>();
    // SAFETY: see the contract.
    let settings = unsafe {
        symbols::set_variables::<T>();
        options::from_command_line::<T>(argp, argc, argv)
    }
    .map_err(|error| format!("options: {error}"))?;
    space::lift_limit();
    let parent = parent()?;
    let ports = Ports::new()?;
    let shell = Shell {
        object: Box::leak(Box::new(Held(T::start(settings)?))),
        bucket: ports.bucket,
        controls: ports.controls,
        protids: ports.protids,
        argp,
        file_calls: T::FILE_CALLS,
    };
    if SHELL.set(shell).is_err() {
        return Err("started twice".into());
    }
    reauth::prepare().map_err(|error| format!("asking the auth server: {error}"))?;
    // SAFETY: the bucket of above, whose ports are libtrivfs's.
    unsafe { serve::start(ports.bucket, T::WORKERS, routine::dispatch) }
        .map_err(|error| format!("starting a thread: {error}"))?;
    // SAFETY: ports and classes live for ever, and the control structure is not asked for.
    let error = unsafe {
        sys::trivfs_startup(
            parent.name(),
            0,
            ports.controls,
            ports.bucket,
            ports.protids,
            ports.bucket,
            ptr::null_mut(),
        )
    };
    check(error, "contacting the parent")?;
    serve::open();
    Ok(())
}

/// What libtrivfs wants ports to be made in.
struct Ports {
    bucket: *mut sys::port_bucket,
    controls: *mut sys::port_class,
    protids: *mut sys::port_class,
}

impl Ports {
    fn new() -> Started<Self> {
        let mut ports = Self {
            bucket: ptr::null_mut(),
            controls: ptr::null_mut(),
            protids: ptr::null_mut(),
        };
        // SAFETY: valid out-pointers to null pointers, which ask for new ones.
        let error = unsafe {
            match sys::trivfs_add_port_bucket(&mut ports.bucket) {
                0 => match sys::trivfs_add_control_port_class(&mut ports.controls) {
                    0 => sys::trivfs_add_protid_port_class(&mut ports.protids),
                    error => error,
                },
                error => error,
            }
        };
        check(error, "making ports")?;
        Ok(ports)
    }
}

/// What a Hurd call answered.
fn check(error: sys::error_t, doing: &str) -> Started<()> {
    if error == 0 {
        Ok(())
    } else {
        Err(format!("{doing}: {}", io::Error::from_raw_os_error(error)))
    }
}

/// The port to whoever sets the translator.
fn parent() -> Started<SendRight> {
    let mut bootstrap = 0;
    // SAFETY: a valid out-pointer.
    let error = unsafe {
        sys::task_get_special_port(
            trap::mach_task_self(),
            sys::TASK_BOOTSTRAP_PORT as _,
            &mut bootstrap,
        )
    };
    check(error, "asking for the bootstrap port")?;
    if !valid(bootstrap) {
        return Err("must be started as a translator, by settrans(1)".into());
    }
    // SAFETY: the reference is ours.
    Ok(unsafe { SendRight::from_raw(bootstrap) })
}
