// SPDX-License-Identifier: GPL-2.0-or-later
//! The translator: trivfs start-up, and one module for each thing the Hurd asks of it.
//!
//! Requests are served by libports's threads, with 64 KiB of stack each. The pager and the
//! hints have threads of their own; see [`shm::wire`].

mod goaway;
mod guard;
mod log;
mod node;
mod options;
mod platform;
mod quantity;
mod reading;
mod session;
mod table;

use std::ffi::{c_char, c_int};
use std::io;
use std::ptr;
use std::sync::OnceLock;
use std::thread;

use gnumach::right::{SendRight, valid};
use gnumach::trap;
use hurd_sys as sys;
use shm::Limits;
use shm::wire::Service;

use self::platform::Hurd;

/// How long a thread waits for another request, in milliseconds, before it ends.
const IDLE: c_int = 2 * 60 * 1000;

static SERVICE: OnceLock<Service<Hurd>> = OnceLock::new();

/// The service: there before any port of ours is.
fn service() -> &'static Service<Hurd> {
    // A guard makes it an error of the call.
    SERVICE.get().expect("the service starts before its ports")
}

/// Where our ports are, in libports's terms. None of these is ever freed.
struct Ports {
    bucket: *mut sys::port_bucket,
    controls: *mut sys::port_class,
    protids: *mut sys::port_class,
}

// SAFETY: the pointers never change, and libports locks what they point to.
unsafe impl Send for Ports {}
// SAFETY: see above.
unsafe impl Sync for Ports {}

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

static PORTS: OnceLock<Ports> = OnceLock::new();

fn ports() -> Option<&'static Ports> {
    PORTS.get()
}

/// What was being done when it failed, for the one line before a translator that cannot start
/// exits.
type Started<T> = Result<T, String>;

/// Not Rust's `main`: before that one its run-time opens /dev/null where standard files are
/// missing, as they are for a passive translator, and aborts where there is none.
///
/// # Safety
/// As C's `main`.
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn main(argc: c_int, argv: *mut *mut c_char) -> c_int {
    guard::log_panics();
    // SAFETY: handed through.
    let limits = match unsafe { options::from_command_line(argc, argv) } {
        Ok(limits) => limits,
        Err(error) => return fail(&format!("options: {error}")),
    };
    match start(limits) {
        Ok(ports) => serve(ports),
        Err(message) => fail(&message),
    }
}

fn fail(message: &str) -> c_int {
    eprintln!("shm: {message}");
    1
}

/// Everything that can fail, with the parent told last: until then whoever sets the
/// translator gets the error.
fn start(limits: Limits) -> Started<&'static Ports> {
    let parent = parent()?;
    let ports = Ports::new()?;
    let ports = PORTS.get_or_init(|| ports);
    let platform = Hurd::new().map_err(|error| format!("process server: {error}"))?;
    let service = Service::new(platform, limits, platform::seed())
        .map_err(|error| format!("starting the pager: {error}"))?;
    let service = SERVICE.get_or_init(|| service);
    thread::Builder::new()
        .name("pager".into())
        .spawn(|| service.pager().run())
        .map_err(|error| format!("starting the pager's thread: {error}"))?;
    service
        .run_hints(|work| thread::Builder::new().spawn(work).map(drop))
        .map_err(|error| format!("starting a thread: {error}"))?;
    log::open();
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
    Ok(ports)
}

/// Never returns: libports's loop ends no more.
fn serve(ports: &'static Ports) -> c_int {
    loop {
        // SAFETY: the bucket lives for ever.
        unsafe {
            sys::ports_manage_port_operations_multithread(
                ports.bucket,
                Some(demultiplex),
                IDLE,
                0,
                None,
            );
        }
    }
}

/// shm.defs first, and then what every trivfs node understands. libports has filled in the
/// reply so far: nothing may touch it that does not know the request.
unsafe extern "C" fn demultiplex(
    request: *mut sys::mach_msg_header_t,
    reply: *mut sys::mach_msg_header_t,
) -> c_int {
    // SAFETY: libports's loop hands in a request and room for its reply; the stubs are MIG's.
    unsafe {
        match shm::wire::defs::sysvshm_server_lookup(request.cast()) {
            Some(routine) => {
                routine(request.cast(), reply.cast());
                1
            }
            None => sys::trivfs_demuxer(request, reply),
        }
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
        return Err(
            "must be started as a translator: settrans -c /servers/ipc/shm /hurd/shm".into(),
        );
    }
    // SAFETY: the reference is ours.
    Ok(unsafe { SendRight::from_raw(bootstrap) })
}
