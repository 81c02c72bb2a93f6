// SPDX-License-Identifier: GPL-2.0-or-later
//! The shm server of the bare bed: the core as the translator has it, without a Hurd.
//!
//! Module line: `server host-port=${host-port} CLIENT=${CLIENT}...`. The clients are started
//! with a port to `bed.defs` as their bootstrap port, and decide from there who they and
//! their tasks are.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;

use bare::bed;
use bare_rt::clock::{self, Instant};
use bare_rt::{println, task, thread};
use gnumach::elastic::Pool;
use gnumach::host;
use gnumach::right::{Name, PortSet, ReceiveRight, SendRight};
use gnumach::serve::{Next, Reply};
use gnumach::sync::Mutex;
use gnumach::{sys, trap};
use shm::mach::names::TaskName;
use shm::mach::pager::PAGE;
use shm::mach::platform::Platform;
use shm::mach::region;
use shm::wire::Service;
use shm::wire::defs::sysvshm_client_t;
use shm::wire::stubs::Session as ShmSession;
use shm::{Caller, Error, Limits, Pid, Result};

bare_rt::entry!(main);

/// Bytes of stack of each thread: as few as libports gives its workers.
const STACK: usize = 64 * 1024;

/// RPC workers at most: more than [the gate](shm::engine::gate) lets all users but root keep.
const WORKERS: usize = 256;
const _: () = assert!(WORKERS > shm::engine::gate::KEPT);

/// The kind of kernel object that a task port stands for (`IKOT_TASK`, `kern/ipc_kobject.h`).
const IKOT_TASK: u32 = 2;

/// What the bed knows of the world: processes by the kernel's address of their task.
struct Bed {
    boot: Instant,
    /// Time of day at `boot`. The kernel's clock costs a message at every look.
    epoch: Duration,
    processes: Mutex<BTreeMap<u64, Pid>>,
}

impl Bed {
    /// The kernel's own address of a task, asked without a call on its port.
    fn address(&self, port: Name) -> Result<u64> {
        let (mut kind, mut address) = (0, 0);
        // SAFETY: asks about a name of this task; both are valid out-pointers.
        let code = unsafe {
            sys::mig_k_mach_port_kernel_object(
                trap::mach_task_self(),
                port,
                &mut kind,
                &mut address,
            )
        };
        if code == 0 && kind == IKOT_TASK {
            Ok(address as u64)
        } else {
            Err(Error::ESRCH)
        }
    }
}

impl Platform for Bed {
    fn seconds(&self) -> i64 {
        (self.epoch + self.boot.elapsed()).as_secs() as i64
    }

    fn uptime(&self) -> Duration {
        self.boot.elapsed()
    }

    fn log(&self, line: &str) {
        println!("server: {line}");
    }

    fn capacity(&self, _stored: u64) -> u64 {
        host::memory_size().unwrap_or(0)
    }

    fn host(&self) -> Option<Name> {
        bare_rt::args::port("host-port")
    }

    fn spawn(&self, work: Box<dyn FnOnce() + Send>) -> Result<()> {
        spawn(work).map_err(|_| Error::ENOMEM)
    }

    fn pid(&self, task: TaskName) -> Result<Pid> {
        let address = self.address(task.raw())?;
        Ok(self
            .processes
            .lock()
            .get(&address)
            .copied()
            .unwrap_or(Pid(1)))
    }
}

/// A client: a port, and who speaks through it.
struct Session {
    /// Kept for as long as the session: it dies with it.
    _port: ReceiveRight,
    uids: Vec<u32>,
    gids: Vec<u32>,
}

impl ShmSession for Session {
    unsafe fn with_caller<R>(
        client: sysvshm_client_t,
        body: impl FnOnce(&Caller<'_>) -> R,
    ) -> Option<R> {
        // SAFETY: see the contract; what `sysvshm_begin` answers is a leaked `Arc` of this type.
        let session = unsafe { client.cast::<Session>().as_ref() }?;
        Some(body(&Caller {
            uids: &session.uids,
            gids: &session.gids,
        }))
    }
}

/// Everything the C routines need, which carry no context.
struct Server {
    service: Service<Bed>,
    sessions: Mutex<BTreeMap<Name, Arc<Session>>>,
    control: ReceiveRight,
    requests: PortSet,
}

static SERVER: Mutex<Option<&'static Server>> = Mutex::new(None);

fn server() -> &'static Server {
    let server = *SERVER.lock();
    // Set before the first client is started, and never again.
    server.unwrap_or_else(|| bare_rt::exit())
}

fn service() -> &'static Service<Bed> {
    &server().service
}

/// There is no unwinding here: a panic ends the boot.
fn guard(body: impl FnOnce() -> Result<()>) -> Result<()> {
    body()
}

shm::define_routines!(session: Session, service: service, guard: guard);

#[unsafe(no_mangle)]
extern "C" fn sysvshm_begin(port: Name) -> sysvshm_client_t {
    let session = server().sessions.lock().get(&port).cloned();
    session.map_or(core::ptr::null_mut(), |session| {
        Arc::into_raw(session).cast_mut().cast()
    })
}

/// Session ports have no protected payload, so this never is a client.
#[unsafe(no_mangle)]
extern "C" fn sysvshm_begin_payload(_payload: core::ffi::c_ulong) -> sysvshm_client_t {
    core::ptr::null_mut()
}

#[unsafe(no_mangle)]
extern "C" fn sysvshm_end(client: sysvshm_client_t) {
    if !client.is_null() {
        // SAFETY: leaked by `sysvshm_begin`, which the stub calls once for each call of this.
        drop(unsafe { Arc::from_raw(client.cast::<Session>()) });
    }
}

/// # Safety
/// As [`gnumach::serve::Demux`].
unsafe fn demux(request: *mut sys::mach_msg_header_t, reply: *mut Reply) -> bool {
    // SAFETY: handed through from our caller, to functions that MIG made for it.
    unsafe {
        shm::wire::defs::sysvshm_server(request.cast(), reply.cast()) != 0
            || bed::bed_server(request.cast(), reply.cast()) != 0
    }
}

fn spawn(work: Box<dyn FnOnce() + Send>) -> core::result::Result<(), gnumach::error::Kern> {
    thread::spawn(work, STACK).map(drop)
}

fn main() {
    let bed = Bed {
        epoch: clock::now(),
        boot: Instant::now(),
        processes: Mutex::new(BTreeMap::new()),
    };
    let service = match Service::new(
        bed,
        Limits::default(),
        host::memory_size().unwrap_or(0) ^ 0x5348_4d00,
    ) {
        Ok(service) => service,
        Err(error) => return println!("server: cannot start: {error}"),
    };
    let (Ok(control), Ok(requests)) = (ReceiveRight::allocate(), PortSet::allocate()) else {
        return println!("server: no ports");
    };
    let server: &'static Server = Box::leak(Box::new(Server {
        service,
        sessions: Mutex::new(BTreeMap::new()),
        control,
        requests,
    }));
    *SERVER.lock() = Some(server);
    if let Err(error) = run(server) {
        println!("server: {error}");
    }
}

/// Copies a page. There is no paging space, so each can be read.
///
/// # Safety
/// As for [`shm::mach::pager::CopyPage`].
unsafe fn copy_page(from: usize, to: usize) -> bool {
    // SAFETY: the caller has both pages for itself.
    unsafe {
        core::ptr::copy_nonoverlapping(
            core::ptr::with_exposed_provenance::<u64>(from),
            core::ptr::with_exposed_provenance_mut::<u64>(to),
            PAGE as usize / size_of::<u64>(),
        );
    }
    true
}

fn run(server: &'static Server) -> core::result::Result<(), gnumach::error::Kern> {
    server.control.move_to(&server.requests)?;
    let platform = &server.service.engine().world().platform;
    let started = server.service.pager().run(
        |line| platform.log(line),
        |work| platform.spawn(work),
        || false,
        copy_page,
        |what, body| platform.guard(what, body),
    );
    if let Err(error) = started {
        println!("server: no threads for the pager: {error}");
    }
    server.service.run_hints(spawn)?;
    let pool = Box::leak(Box::new(Pool::new(server.requests.name(), demux, WORKERS)));
    pool.start(spawn, |_| Next::Wait)?;
    let bootstrap = server.control.make_send()?;
    // Every port on the module line but the kernel's own is a client's task.
    for (key, _) in bare_rt::args().filter_map(|word| word.split_once('=')) {
        if let Some(client) = bare_rt::args::port(key)
            && !matches!(key, "host-port" | "device-port")
        {
            task::start(client, &bootstrap)?;
        }
    }
    // The work is the other threads'. Those that end are taken away when one is made.
    loop {
        clock::sleep(Duration::from_secs(1));
        let _ = spawn(Box::new(|| ()));
    }
}

/// The routines of bed.defs. A request on any other port than the control port is refused, so
/// sessions cannot make sessions.
mod control {
    use super::*;

    type Code = sys::kern_return_t;

    fn answer(port: Name, body: impl FnOnce() -> core::result::Result<(), Code>) -> Code {
        if port != server().control.name() {
            return Error::EPERM.hurd();
        }
        body().err().unwrap_or(0)
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn S_bed_session(
        port: Name,
        uids: *mut u32,
        uid_count: u32,
        gids: *mut u32,
        gid_count: u32,
        session: *mut Name,
        kind: *mut sys::mach_msg_type_name_t,
    ) -> Code {
        answer(port, || {
            // MIG does not check the counts of bounded arrays.
            if uid_count > 16 || gid_count > 16 {
                return Err(sys::KERN_INVALID_ARGUMENT);
            }
            // SAFETY: the stub's arrays are as long as it says.
            let (uids, gids) = unsafe {
                (
                    core::slice::from_raw_parts(uids, uid_count as usize).to_vec(),
                    core::slice::from_raw_parts(gids, gid_count as usize).to_vec(),
                )
            };
            let receive = ReceiveRight::allocate().map_err(|error| error.code())?;
            receive
                .move_to(&server().requests)
                .map_err(|error| error.code())?;
            let right = receive.make_send().map_err(|error| error.code())?;
            let name = receive.name();
            server().sessions.lock().insert(
                name,
                Arc::new(Session {
                    _port: receive,
                    uids,
                    gids,
                }),
            );
            // SAFETY: the stub's out-pointers.
            unsafe {
                *session = right.into_raw();
                *kind = sys::MACH_MSG_TYPE_MOVE_SEND;
            }
            Ok(())
        })
    }

    #[unsafe(no_mangle)]
    extern "C" fn S_bed_process(port: Name, task: Name, pid: i32) -> Code {
        answer(port, || {
            let bed = &server().service.engine().world().platform;
            let address = bed.address(task).map_err(Error::hurd)?;
            bed.processes.lock().insert(address, Pid(pid));
            // SAFETY: the request succeeds, so the right that came with it is ours.
            drop(unsafe { SendRight::from_raw(task) });
            Ok(())
        })
    }

    #[unsafe(no_mangle)]
    extern "C" fn S_bed_limits(port: Name, shmmax: u64, shmall: u64, shmmni: u32) -> Code {
        answer(port, || {
            let engine = server().service.engine();
            let limits = Limits {
                shmmax,
                shmall,
                shmmni,
                ..engine.limits()
            };
            engine.set_limits(limits).map_err(Error::hurd)
        })
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn S_bed_holdings(
        port: Name,
        names: *mut u32,
        references: *mut u64,
        regions: *mut u32,
        bytes: *mut u64,
        threads: *mut u32,
    ) -> Code {
        answer(port, || {
            let (name_count, reference_count) = count_names();
            let (region_count, byte_count) = count_regions();
            // SAFETY: the stub's out-pointers.
            unsafe {
                *names = name_count;
                *references = reference_count;
                *regions = region_count;
                *bytes = byte_count;
                *threads = count_threads();
            }
            Ok(())
        })
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn S_bed_host(
        port: Name,
        host: *mut Name,
        kind: *mut sys::mach_msg_type_name_t,
    ) -> Code {
        answer(port, || {
            let name = bare_rt::args::port("host-port").ok_or(Error::EPERM.hurd())?;
            // SAFETY: the stub's out-pointers; the right is copied, not moved.
            unsafe {
                *host = name;
                *kind = sys::MACH_MSG_TYPE_COPY_SEND;
            }
            Ok(())
        })
    }

    const _: bed::S_bed_session_fn = Some(S_bed_session);
    const _: bed::S_bed_process_fn = Some(S_bed_process);
    const _: bed::S_bed_limits_fn = Some(S_bed_limits);
    const _: bed::S_bed_holdings_fn = Some(S_bed_holdings);
    const _: bed::S_bed_host_fn = Some(S_bed_host);
}

/// Takes an out-of-line array of words that the kernel moved to us.
///
/// # Safety
/// `words` and `count` are what a kernel call returned, and nobody else uses them.
unsafe fn take_words(words: *mut u32, count: u32) -> Vec<u32> {
    if words.is_null() || count == 0 {
        return Vec::new();
    }
    // SAFETY: see the contract; the array lies in pages of its own.
    unsafe {
        let copy = core::slice::from_raw_parts(words, count as usize).to_vec();
        trap::vm_deallocate(
            trap::mach_task_self(),
            words.addr() as _,
            4 * count as sys::vm_size_t,
        );
        copy
    }
}

fn count_names() -> (u32, u64) {
    let this = trap::mach_task_self();
    let (mut names, mut types) = (core::ptr::null_mut(), core::ptr::null_mut());
    let (mut name_count, mut type_count) = (0, 0);
    // SAFETY: valid out-pointers; the arrays come out of line and are ours.
    let (names, types) = unsafe {
        sys::mig_k_mach_port_names(
            this,
            &mut names,
            &mut name_count,
            &mut types,
            &mut type_count,
        );
        (take_words(names, name_count), take_words(types, type_count))
    };
    let mut references = 0;
    for (name, kind) in names.iter().zip(&types) {
        if kind & (1 << (sys::MACH_PORT_RIGHT_SEND + 16)) != 0 {
            let mut count = 0;
            // SAFETY: `count` is a valid out-pointer.
            unsafe {
                sys::mig_k_mach_port_get_refs(this, *name, sys::MACH_PORT_RIGHT_SEND, &mut count)
            };
            references += u64::from(count);
        }
    }
    (names.len() as u32, references)
}

fn count_regions() -> (u32, u64) {
    let (mut regions, mut bytes, mut address) = (0, 0, 0);
    while let Ok(Some(region)) = region::region(TaskName::new(trap::mach_task_self()), address) {
        regions += 1;
        bytes += region.size;
        address = region.address + region.size;
    }
    (regions, bytes)
}

fn count_threads() -> u32 {
    let mut threads = core::ptr::null_mut();
    let mut count = 0;
    // SAFETY: valid out-pointers; the array and the rights in it are ours.
    let threads = unsafe {
        sys::mig_k_task_threads(trap::mach_task_self(), &mut threads, &mut count);
        take_words(threads, count)
    };
    for thread in &threads {
        // SAFETY: the kernel moved a reference to each thread's port to us.
        drop(unsafe { SendRight::from_raw(*thread) });
    }
    threads.len() as u32
}
