// SPDX-License-Identifier: GPL-2.0-or-later
//! Mapping and unmapping in a client's address space.
//!
//! Every function takes a [`Task`], which exists only of a port that was verified to be a
//! task's, and not our own. Each may hang for ever if the client wants it to: the engine's gate
//! bounds how many threads do.

use gnumach::error::{Kern, check};
use gnumach::{sys, trap};

use super::names::MemoryObject;
use super::region::{is_dead, region};
use super::task::Task;
use crate::engine::world::{Placement, Protection};
use crate::registry::limits::USER_TOP;
use crate::{Error, Result};

/// Removes `[address, address + size)` from the map of `task`.
///
/// # Errors
/// As `vm_deallocate`; `KERN_INVALID_ARGUMENT` for a range beyond this machine's addresses.
pub fn remove(task: &Task, address: u64, size: u64) -> core::result::Result<(), Kern> {
    let (Ok(address), Ok(size)) = (address.try_into(), size.try_into()) else {
        return check(sys::KERN_INVALID_ARGUMENT as _);
    };
    // SAFETY: changes a client's map, which the client asked for; not ours, since our own
    // task is never accepted as a client.
    check(unsafe { trap::vm_deallocate(task.port().raw(), address, size) })
}

/// The protection and the maximum protection of a mapping, in the kernel's terms.
pub(super) fn protection(wanted: Protection) -> (sys::vm_prot_t, sys::vm_prot_t) {
    // VM_PROT_ and PROT_ constants differ on the Hurd: convert bit by bit.
    let mut now = sys::VM_PROT_READ as sys::vm_prot_t;
    // mprotect(2) may make any attachment executable, but only a writable one writable.
    let mut max = (sys::VM_PROT_READ | sys::VM_PROT_EXECUTE) as sys::vm_prot_t;
    if wanted.contains(Protection::WRITE) {
        now |= sys::VM_PROT_WRITE as sys::vm_prot_t;
        max |= sys::VM_PROT_WRITE as sys::vm_prot_t;
    }
    if wanted.contains(Protection::EXECUTE) {
        now |= sys::VM_PROT_EXECUTE as sys::vm_prot_t;
    }
    (now, max)
}

/// Maps the memory object `object`, `size` bytes, into `task` and answers the base address.
///
/// # Errors
/// `ESRCH`: the task is dead. `EINVAL`: a fixed place is occupied. `ENOMEM`: there is no
/// room, or the place is outside of the address space; then nothing was removed either.
pub fn map(
    task: &Task,
    object: &MemoryObject,
    size: u64,
    place: Placement,
    wanted: Protection,
) -> Result<u64> {
    let (now, max) = protection(wanted);
    let (hint, anywhere) = match place {
        Placement::Anywhere => (0, true),
        Placement::Fixed(address) | Placement::Replace(address) => (address, false),
    };
    if hint.checked_add(size).is_none_or(|end| end > USER_TOP) {
        return Err(outside(task, size, place));
    }
    // Below the top everything fits an address; a kernel of 32 bits may have a higher top.
    let bytes = size.try_into().map_err(|_| Error::ENOMEM)?;
    let hint = hint.try_into().map_err(|_| Error::ENOMEM)?;
    // SHM_REMAP: another thread of the client may take the hole; it races with itself only.
    for _ in 0..8 {
        if let Placement::Replace(address) = place {
            remove(task, address, size).map_err(|error| refusal(task, error, place))?;
        }
        let mut address: sys::vm_address_t = hint;
        // SAFETY: as in `remove`.
        let code = check(unsafe {
            trap::vm_map(
                task.port().raw(),
                &mut address,
                bytes,
                0,
                anywhere.into(),
                object.name(),
                0,
                0,
                now,
                max,
                sys::VM_INHERIT_SHARE as _,
            )
        });
        match code {
            Ok(()) if anywhere && address == 0 => return off_page_zero(task, object, size, wanted),
            Ok(()) => return Ok(address as u64),
            Err(error)
                if error.is(sys::KERN_NO_SPACE) && matches!(place, Placement::Replace(_)) => {}
            Err(error) => return Err(refusal(task, error, place)),
        }
    }
    Err(Error::ENOMEM)
}

/// Maps once more, above the mapping at address 0 that the kernel has just made, and removes
/// that one: its address would be a null pointer to the client. The kernel takes the lowest
/// free range, and page 0 is free in tasks that no exec server has set up.
fn off_page_zero(task: &Task, object: &MemoryObject, size: u64, wanted: Protection) -> Result<u64> {
    // The kernel's choice can be 0 no more, so this goes no deeper.
    let address = map(task, object, size, Placement::Anywhere, wanted);
    let removed = remove(task, 0, size).map_err(|error| refusal(task, error, Placement::Anywhere));
    let address = address?;
    removed.map(|()| address)
}

/// The errno of a mapping that would reach beyond the address space. The kernel is not asked
/// to make it: it removes the part that is inside, before it refuses to map the whole.
fn outside(task: &Task, size: u64, place: Placement) -> Error {
    let occupied = |address: u64| {
        matches!(
            region(task.port(), address),
            Ok(Some(region)) if region.address < address.saturating_add(size)
        )
    };
    if matches!(place, Placement::Fixed(address) if occupied(address)) {
        // shmat(2), EINVAL: the range is in use; as Linux, before the end of user space.
        Error::EINVAL
    } else {
        Error::ENOMEM
    }
}

/// The errno of a failed mapping.
fn refusal(task: &Task, error: Kern, place: Placement) -> Error {
    if is_dead(task.port()) {
        Error::ESRCH
    } else if error.is(sys::KERN_NO_SPACE) && matches!(place, Placement::Fixed(_)) {
        // shmat(2), EINVAL: the range is in use.
        Error::EINVAL
    } else {
        // shmat(2), ENOMEM: no room, outside of the address space, out of map entries.
        Error::ENOMEM
    }
}
