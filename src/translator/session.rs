// SPDX-License-Identifier: GPL-2.0-or-later
//! Who calls: the routines of shm.defs get a protid, and the core its effective ids.

use std::ffi::c_ulong;
use std::ptr;
use std::slice;

use gnumach::right::Name;
use hurd_sys as sys;
use shm::Caller;
use shm::wire::defs::sysvshm_client_t;
use shm::wire::stubs::Session;

use super::guard::guard;
use super::{ports, service};

/// A protid: an open of our node, and the ids that its holder proved to have.
struct Protid;

impl Session for Protid {
    unsafe fn with_caller<R>(
        client: sysvshm_client_t,
        body: impl FnOnce(&Caller<'_>) -> R,
    ) -> Option<R> {
        // SAFETY: see the contract: a protid that `sysvshm_begin` found in our class, with a
        // reference that ends after this call. libtrivfs sets its user before the port exists
        // for others, and frees it with the protid.
        let user = unsafe {
            client
                .cast::<sys::trivfs_protid>()
                .as_ref()?
                .user
                .as_ref()?
        };
        // Not `isroot`: that is set for the server's own user too, who need not be root.
        // SAFETY: the same holds for the user's lists.
        let (uids, gids) = unsafe { (ids(user.uids), ids(user.gids)) };
        Some(body(&Caller { uids, gids }))
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

shm::define_routines!(session: Protid, service: service, guard: guard);

#[unsafe(no_mangle)]
extern "C" fn sysvshm_begin(port: Name) -> sysvshm_client_t {
    let Some(ports) = ports() else {
        return ptr::null_mut();
    };
    // SAFETY: bucket and class live for ever; answers a port of that class, so a protid.
    unsafe { sys::ports_lookup_port(ports.bucket, port, ports.protids) }.cast()
}

#[unsafe(no_mangle)]
extern "C" fn sysvshm_begin_payload(payload: c_ulong) -> sysvshm_client_t {
    let Some(ports) = ports() else {
        return ptr::null_mut();
    };
    // SAFETY: as above. The loop of libports put the payload there, or the kernel, which has
    // it from libports.
    unsafe { sys::hurd_sys_ports_lookup_payload(ports.bucket, payload, ports.protids) }.cast()
}

#[unsafe(no_mangle)]
extern "C" fn sysvshm_end(client: sysvshm_client_t) {
    if !client.is_null() {
        // SAFETY: the reference that `sysvshm_begin` took.
        unsafe { sys::ports_port_deref(client.cast()) };
    }
}
