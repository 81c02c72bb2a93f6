// SPDX-License-Identifier: GPL-2.0-or-later
//! Who calls: the routines of shm.defs get the effective ids of the open that they came through.

use std::ffi::c_ulong;
use std::panic::{AssertUnwindSafe, catch_unwind};

use gnumach::right::Name;
use shm::wire::defs::{sysvshm_client_t, sysvshm_server_lookup};
use shm::wire::stubs::Session;
use shm::{Caller, Error, Result};
use trivfs::Interface;

use super::service;

/// The interface of shm.defs.
// SAFETY: MIG's own function; `define_routines` defines the routines, and checks their types.
pub const SYSVSHM: Interface = unsafe { Interface::new(sysvshm_server_lookup) };

/// The caller of the request in work, as the shell knows it.
struct Client;

impl Session for Client {
    unsafe fn with_caller<R>(
        client: sysvshm_client_t,
        body: impl FnOnce(&Caller<'_>) -> R,
    ) -> Option<R> {
        if client.is_null() {
            return None;
        }
        trivfs::with_user(|user| {
            body(&Caller {
                uids: user.uids,
                gids: user.gids,
            })
        })
        .ok()
    }
}

/// Runs the body of a routine; a panic in it is an error of that call and of no other. A panic
/// leaves nothing half done: the core's locks release without poisoning, and its steps under them
/// do not panic.
fn guard(body: impl FnOnce() -> Result<()>) -> Result<()> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(Err(Error::EIO))
}

shm::define_routines!(session: Client, service: service, guard: guard);

// The stubs carry a pointer for the open. The shell knows it, whatever the stub looks for it by.

#[unsafe(no_mangle)]
extern "C" fn sysvshm_begin(_port: Name) -> sysvshm_client_t {
    trivfs::current().cast()
}

#[unsafe(no_mangle)]
extern "C" fn sysvshm_begin_payload(_payload: c_ulong) -> sysvshm_client_t {
    trivfs::current().cast()
}

#[unsafe(no_mangle)]
extern "C" fn sysvshm_end(_client: sysvshm_client_t) {}
