//! Mapping, checking and unmapping in a task's address space.
//!
//! The kernel's map is the truth about an attachment: a page belongs to it if its region
//! is of the segment's object at the offset that follows from the base. Regions are looked
//! at one by one, since mprotect, partial munmap and copies split them.

use mig::error::{Kern, check};
use mig::right::{Name, SendRight};
use mig::{sys, trap};

use super::pager::Live;
use crate::world::{Placement, Protection};
use crate::{Error, Result};

/// First address beyond any task's map (`VM_MAX_ADDRESS` of the kernel's `vm_param.h`).
const TOP: u64 = 1 << 47;

/// One entry of an address map, as `vm_region` tells.
pub struct Region {
    /// First address.
    pub address: u64,
    /// Bytes.
    pub size: u64,
    /// Name of the object mapped, null for memory never touched.
    pub object: SendRight,
    /// Offset of the region's first byte in the object.
    pub offset: u64,
}

/// The region of `task` that holds `address`, or the next one; `None` beyond the last.
///
/// # Errors
/// As `vm_region`: the task is dead.
pub fn region(task: Name, address: u64) -> core::result::Result<Option<Region>, Kern> {
    let mut start = address as sys::vm_address_t;
    let mut size = 0;
    let (mut protection, mut max_protection) = (0, 0);
    let (mut inheritance, mut shared) = (0, 0);
    let (mut object, mut offset) = (0, 0);
    // SAFETY: reads another task's map; every out-pointer is a local of the right type.
    let code = check(unsafe {
        sys::mig_k_vm_region(
            task,
            &mut start,
            &mut size,
            &mut protection,
            &mut max_protection,
            &mut inheritance,
            &mut shared,
            &mut object,
            &mut offset,
        )
    });
    match code {
        Ok(()) => Ok(Some(Region {
            address: start as u64,
            size: size as u64,
            // SAFETY: the reply carried this right, or null.
            object: unsafe { SendRight::from_raw(object) },
            offset: offset as u64,
        })),
        Err(error) if error.is(sys::KERN_NO_SPACE) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a call on a task failed because the task, or its map, is no more.
#[must_use]
pub fn is_gone(error: Kern) -> bool {
    // A task that is being terminated has its port still, but no map behind it.
    error.is_dead() || error.is(sys::KERN_INVALID_ARGUMENT)
}

/// Calls `each` with the address and size of every piece of `[base, base + size)` that still
/// maps `object` at the offset that follows from `base`, until it answers `false`.
///
/// # Errors
/// As `vm_region`.
pub fn pieces(
    task: Name,
    object: Name,
    base: u64,
    size: u64,
    mut each: impl FnMut(u64, u64) -> bool,
) -> core::result::Result<(), Kern> {
    let end = base + size;
    let mut address = base;
    while address < end {
        let Some(region) = region(task, address)? else {
            break;
        };
        let first = region.address.max(address);
        let last = region.address.saturating_add(region.size).min(end);
        if first >= end || last <= first {
            break;
        }
        let offset = region.offset.wrapping_add(first - region.address);
        if region.object.name() == object && offset == first - base && !each(first, last - first) {
            break;
        }
        address = last;
    }
    Ok(())
}

/// Removes `[address, address + size)` from the map of `task`.
///
/// # Errors
/// As `vm_deallocate`.
pub fn remove(task: Name, address: u64, size: u64) -> core::result::Result<(), Kern> {
    // SAFETY: changes a client's map, which the client asked for; not ours, since our own
    // task is never accepted as a client.
    check(unsafe { trap::vm_deallocate(task, address as _, size as _) })
}

fn protection(wanted: Protection) -> (sys::vm_prot_t, sys::vm_prot_t) {
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

/// Maps all of `live`, `size` bytes, into `task` and answers the base address.
///
/// # Errors
/// `ESRCH`: the task is dead. `EINVAL`: a fixed place is occupied. `ENOMEM`: there is no
/// room, or the place is outside of the address space; then nothing was removed either.
pub fn map(
    task: Name,
    live: &Live,
    size: u64,
    place: Placement,
    wanted: Protection,
) -> Result<u64> {
    let (now, max) = protection(wanted);
    let (hint, anywhere) = match place {
        Placement::Anywhere => (0, true),
        Placement::Fixed(address) | Placement::Replace(address) => (address, false),
    };
    if !anywhere && hint.checked_add(size).is_none_or(|end| end > TOP) {
        return Err(outside(task, hint, size, place));
    }
    // SHM_REMAP: another thread of the client may take the hole; it races with itself only.
    for _ in 0..8 {
        if let Placement::Replace(address) = place {
            remove(task, address, size).map_err(|error| refusal(error, place))?;
        }
        let mut address = hint as sys::vm_address_t;
        // SAFETY: as in `remove`.
        let code = check(unsafe {
            trap::vm_map(
                task,
                &mut address,
                size as _,
                0,
                anywhere.into(),
                live.right().name(),
                0,
                0,
                now,
                max,
                sys::VM_INHERIT_SHARE as _,
            )
        });
        match code {
            Ok(()) if anywhere && address == 0 => return off_page_zero(task, live, size, wanted),
            Ok(()) => return Ok(address as u64),
            Err(error)
                if error.is(sys::KERN_NO_SPACE) && matches!(place, Placement::Replace(_)) => {}
            Err(error) => return Err(refusal(error, place)),
        }
    }
    Err(Error::ENOMEM)
}

/// Maps once more, above the mapping at address 0 that the kernel has just made, and removes
/// that one: its address would be a null pointer to the client. The kernel takes the lowest
/// free range, and page 0 is free in tasks that no exec server has set up.
fn off_page_zero(task: Name, live: &Live, size: u64, wanted: Protection) -> Result<u64> {
    // The kernel's choice can be 0 no more, so this goes no deeper.
    let address = map(task, live, size, Placement::Anywhere, wanted);
    let removed = remove(task, 0, size).map_err(|error| refusal(error, Placement::Anywhere));
    let address = address?;
    removed.map(|()| address)
}

/// The errno of a mapping that would reach beyond the address space. The kernel is not asked
/// to make it: it removes the part that is inside, before it refuses to map the whole.
fn outside(task: Name, address: u64, size: u64, place: Placement) -> Error {
    let occupied = matches!(
        region(task, address),
        Ok(Some(region)) if region.address < address.saturating_add(size)
    );
    if occupied && matches!(place, Placement::Fixed(_)) {
        // shmat(2), EINVAL: the range is in use; as Linux, before the end of user space.
        Error::EINVAL
    } else {
        Error::ENOMEM
    }
}

/// The errno of a failed mapping.
fn refusal(error: Kern, place: Placement) -> Error {
    if is_gone(error) {
        Error::ESRCH
    } else if error.is(sys::KERN_NO_SPACE) && matches!(place, Placement::Fixed(_)) {
        // shmat(2), EINVAL: the range is in use.
        Error::EINVAL
    } else {
        // shmat(2), ENOMEM: no room, outside of the address space, out of map entries.
        Error::ENOMEM
    }
}
