// SPDX-License-Identifier: GPL-2.0-or-later
//! The translator: the service of shm.defs behind a node of [`trivfs`].
//!
//! The pager and the hints have threads of their own, beside the shell's workers; see
//! [`shm::wire`].

mod clock;
mod options;
mod platform;
mod quantity;
mod session;
mod table;

use std::any::Any;
use std::ffi::CStr;
use std::sync::OnceLock;
use std::thread;

use gnumach::message::THREADS;
use shm::Caller;
use shm::engine::gate::KEPT;
use shm::engine::ledger::Charge;
use shm::mach::platform::Platform as _;
use shm::wire::Service;
use trivfs::{Access, Interface, Result, Snapshot, Translator, User};

use self::options::Options;
use self::platform::Hurd;

static SERVICE: OnceLock<Service<Hurd>> = OnceLock::new();

/// The service: there before any port of ours is.
fn service() -> &'static Service<Hurd> {
    // If this panics, that one call returns EIO.
    SERVICE.get().expect("the service starts before its ports")
}

/// The program `/hurd/shm`.
pub struct Shm {
    service: &'static Service<Hurd>,
}

/// An open of the node: the table as the open reads it, and the open's place in its user's account.
pub struct Open {
    table: Snapshot,
    _charge: Charge,
}

impl Shm {
    fn table(&self) -> Vec<u8> {
        table::text(&self.service.table())
    }

    /// The place of one open in the user's account.
    fn charge(&self, user: User<'_>) -> Result<Charge> {
        let caller = Caller {
            uids: user.uids,
            gids: user.gids,
        };
        self.service.engine().charge_open(&caller).map_err(errno)
    }
}

impl Translator for Shm {
    type Settings = Options;
    type Open = Open;

    const NAME: &'static CStr = c"shm";
    const VERSION: &'static CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => c"",
        };
    const ABOUT: &'static CStr = options::ABOUT;
    const INTERFACES: &'static [Interface] = &[session::SYSVSHM];
    /// Most of the threads that may take strangers' messages; the hints, the pager and the thread
    /// for authentications have others.
    const WORKERS: usize = THREADS - 40;
    const FILE_CALLS: usize = {
        // Whatever users and the file system below do, some are left for everybody else.
        const LEFT: usize = 16;
        assert!(LEFT + KEPT < Self::WORKERS);
        Self::WORKERS - KEPT - LEFT
    };

    fn start(options: Options) -> Result<Self, String> {
        platform::give_back_large_blocks();
        let platform = Hurd::new().map_err(|error| format!("process server: {error}"))?;
        let service = Service::new(platform, options.limits(), platform::seed())
            .map_err(|error| format!("starting the pager: {error}"))?;
        let service = SERVICE.get_or_init(|| service);
        let platform = &service.engine().world().platform;
        service
            .pager()
            .run(
                |line| platform.log(line),
                |work| platform.spawn(work),
                platform::pages_out,
                platform::copy_page,
                |what, body| platform.guard(what, body),
            )
            .map_err(|error| format!("starting the pager's threads: {error}"))?;
        service
            .run_hints(|work| {
                thread::Builder::new()
                    .spawn(|| {
                        trivfs::raise();
                        work();
                    })
                    .map(drop)
            })
            .map_err(|error| format!("starting a thread: {error}"))?;
        Ok(Self { service })
    }

    /// shm.defs works on a port opened for neither reading nor writing, which everybody who reaches
    /// the node may have: each segment has a mode of its own.
    fn open(&self, user: User<'_>, _: Access) -> Result<Open> {
        Ok(Open {
            table: Snapshot::of(user),
            _charge: self.charge(user)?,
        })
    }

    /// Counts as an open.
    fn another_port(&self, user: User<'_>) -> Result<Box<dyn Any + Send>> {
        Ok(Box::new(self.charge(user)?))
    }

    fn read(&self, open: &Open, offset: u64, amount: usize) -> Result<Vec<u8>> {
        Ok(open.table.read(offset, amount, || self.table()))
    }

    fn size(&self, open: &Open) -> Result<u64> {
        Ok(open.table.size(|| self.table()))
    }

    fn in_use(&self) -> bool {
        !self.service.engine().is_empty()
    }

    fn settings(&self) -> Options {
        self.service.engine().limits().into()
    }

    fn change(&self, options: Options) -> Result<()> {
        let engine = self.service.engine();
        engine.set_limits(options.limits()).map_err(errno)
    }
}

fn errno(error: shm::Error) -> trivfs::Error {
    trivfs::Error::from_code(error.hurd())
}
