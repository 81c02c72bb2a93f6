// SPDX-License-Identifier: GPL-2.0-or-later
//! The routines that MIG's memory_object server stubs call. Each right that comes with a
//! message is ours once the routine answers 0, as all of these do but
//! `memory_object_copy`'s.

use alloc::sync::Arc;

use gnumach::right::{Name, ReceiveRight, SendRight};
use gnumach::sys::pager_object_t;
use gnumach::{sys, trap};

use super::object::{Object, ObjectId, PAGE, Side};
use super::pages::{Pages, Stored};
use super::threads::pager;

type Code = sys::kern_return_t;

/// Ports of objects have a payload, so this never is an object.
#[unsafe(no_mangle)]
extern "C" fn pager_begin(_port: Name) -> pager_object_t {
    core::ptr::null_mut()
}

#[unsafe(no_mangle)]
extern "C" fn pager_begin_payload(payload: core::ffi::c_ulong) -> pager_object_t {
    let object = pager().and_then(|pager| pager.object(ObjectId(payload as usize)));
    object.map_or(core::ptr::null_mut(), |object| {
        Arc::into_raw(object).cast_mut().cast()
    })
}

#[unsafe(no_mangle)]
extern "C" fn pager_end(object: pager_object_t) {
    if !object.is_null() {
        // SAFETY: leaked by `pager_begin_payload`, which the stub calls once for each call of this.
        drop(unsafe { Arc::from_raw(object.cast::<Object>()) });
    }
}

/// The object that `pager_begin_payload` answered.
fn object(pointer: pager_object_t) -> Option<Arc<Object>> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: a leaked `Arc` of this type, which the stub holds until it calls `pager_end`; the
    // count is raised for the one that is made here.
    Some(unsafe {
        Arc::increment_strong_count(pointer.cast::<Object>());
        Arc::from_raw(pointer.cast::<Object>())
    })
}

/// Serves a message that changes pages.
fn served(
    pointer: pager_object_t,
    control: Name,
    body: impl FnOnce(&mut Pages, &mut Side<'_>),
) -> Code {
    // SAFETY: the right came with the message, and answering 0 makes it ours.
    let control = unsafe { SendRight::from_raw(control) };
    guarded(|| {
        if let Some(object) = object(pointer) {
            object.serve(&control, body);
        }
    });
    0
}

/// Runs the body of a routine. The stub that calls it is C's: no panic may cross it.
fn guarded(body: impl FnOnce()) {
    if let Some(pager) = pager() {
        pager.guard("a message of the kernel's", body);
    }
}

/// The pages of a range of the object.
fn range(offset: sys::vm_offset_t, length: sys::vm_size_t) -> impl Iterator<Item = u64> {
    let first = offset as u64 / PAGE;
    first..first + (length as u64).div_ceil(PAGE)
}

const _: sys::pager_S_memory_object_init_fn = Some(pager_S_memory_object_init);
const _: sys::pager_S_memory_object_terminate_fn = Some(pager_S_memory_object_terminate);
const _: sys::pager_S_memory_object_data_request_fn = Some(pager_S_memory_object_data_request);
const _: sys::pager_S_memory_object_data_return_fn = Some(pager_S_memory_object_data_return);
const _: sys::pager_S_memory_object_data_unlock_fn = Some(pager_S_memory_object_data_unlock);
const _: sys::pager_S_memory_object_copy_fn = Some(pager_S_memory_object_copy);
const _: sys::pager_S_memory_object_lock_completed_fn = Some(pager_S_memory_object_lock_completed);
const _: sys::pager_S_memory_object_supply_completed_fn =
    Some(pager_S_memory_object_supply_completed);
const _: sys::pager_S_memory_object_change_completed_fn =
    Some(pager_S_memory_object_change_completed);

/// The kernel has its side of a new mapping ready, and waits for ours.
#[unsafe(no_mangle)]
extern "C" fn pager_S_memory_object_init(
    pointer: pager_object_t,
    control: Name,
    name: Name,
    page_size: sys::vm_size_t,
) -> Code {
    // SAFETY: as in `served`.
    let (control, name) = unsafe { (SendRight::from_raw(control), SendRight::from_raw(name)) };
    debug_assert_eq!(page_size as u64, PAGE);
    guarded(|| {
        if let Some(object) = object(pointer) {
            object.ready(control, name);
        }
    });
    0
}

/// The last mapping is gone.
#[unsafe(no_mangle)]
extern "C" fn pager_S_memory_object_terminate(
    pointer: pager_object_t,
    control: Name,
    name: Name,
) -> Code {
    for right in [control, name] {
        // SAFETY: the kernel moves both receive rights to us.
        drop(unsafe { ReceiveRight::from_raw(right) });
    }
    guarded(|| {
        if let Some(object) = object(pointer) {
            object.terminated();
        }
    });
    0
}

#[unsafe(no_mangle)]
extern "C" fn pager_S_memory_object_data_request(
    pointer: pager_object_t,
    control: Name,
    offset: sys::vm_offset_t,
    length: sys::vm_size_t,
    _access: sys::vm_prot_t,
) -> Code {
    served(pointer, control, |pages, side| {
        range(offset, length).for_each(|page| pages.request(page, side));
    })
}

/// `data` is null if the content found no room in this task.
#[unsafe(no_mangle)]
extern "C" fn pager_S_memory_object_data_return(
    pointer: pager_object_t,
    control: Name,
    offset: sys::vm_offset_t,
    data: sys::pointer_t,
    length: sys::mach_msg_type_number_t,
    _dirty: sys::boolean_t,
    kernel_copy: sys::boolean_t,
) -> Code {
    let mut kept = false;
    let code = served(pointer, control, |pages, side| {
        kept = true;
        for (n, page) in range(offset, length as sys::vm_size_t).enumerate() {
            let came = Stored::new(data).and_then(|data| data.checked_add(n * PAGE as usize));
            match came.and_then(|at| side.keep(page, at)) {
                Some(stored) => pages.returned(page, stored, kernel_copy != 0, side),
                None => pages.missed(page, kernel_copy != 0, side),
            }
        }
    });
    if !kept && data != 0 {
        // SAFETY: the kernel moved the data to us, and nobody keeps it.
        unsafe { trap::vm_deallocate(trap::mach_task_self(), data as _, length as sys::vm_size_t) };
    }
    code
}

#[unsafe(no_mangle)]
extern "C" fn pager_S_memory_object_data_unlock(
    pointer: pager_object_t,
    control: Name,
    offset: sys::vm_offset_t,
    length: sys::vm_size_t,
    _access: sys::vm_prot_t,
) -> Code {
    served(pointer, control, |pages, side| {
        range(offset, length).for_each(|page| pages.unlock(page, side));
    })
}

/// Sent only to objects with copy strategy CALL, which ours have not: an error lets the
/// loop destroy the rights.
#[unsafe(no_mangle)]
extern "C" fn pager_S_memory_object_copy(
    _pointer: pager_object_t,
    _control: Name,
    _offset: sys::vm_offset_t,
    _length: sys::vm_size_t,
    _new: Name,
) -> Code {
    sys::KERN_FAILURE as _
}

/// Answers a fence.
#[unsafe(no_mangle)]
extern "C" fn pager_S_memory_object_lock_completed(
    pointer: pager_object_t,
    control: Name,
    offset: sys::vm_offset_t,
    _length: sys::vm_size_t,
) -> Code {
    served(pointer, control, |pages, side| {
        if let Some(page) = (offset as u64 / PAGE).checked_sub(pages.total()) {
            pages.completed(page, side);
        }
    })
}

/// Answers a supply with a reply port; we make none.
#[unsafe(no_mangle)]
extern "C" fn pager_S_memory_object_supply_completed(
    pointer: pager_object_t,
    control: Name,
    _offset: sys::vm_offset_t,
    _length: sys::vm_size_t,
    _result: Code,
    _error_offset: sys::vm_offset_t,
) -> Code {
    served(pointer, control, |_, _| ())
}

#[unsafe(no_mangle)]
extern "C" fn pager_S_memory_object_change_completed(
    _pointer: pager_object_t,
    _may_cache: sys::boolean_t,
    _copy_strategy: sys::memory_object_copy_strategy_t,
) -> Code {
    0
}
