// SPDX-License-Identifier: GPL-2.0-or-later
//! `gnumach::sys` in a program without Mach: `mach_msg` only keeps what a stub would send, and
//! messages of the kernel are written by hand.

use std::cell::RefCell;
use std::mem::zeroed;

use gnumach::sys::*;

const OBJECT: mach_port_t = 0x11;
const CONTROL: mach_port_t = 0x12;
const NAME: mach_port_t = 0x13;

thread_local! {
    static CALLS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static SENT: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

fn called(call: String) -> kern_return_t {
    CALLS.with_borrow_mut(|calls| calls.push(call));
    KERN_SUCCESS
}

/// Defines server routines that only note what they were called with, each checked
/// against the type that MIG gave it.
macro_rules! routines {
    ($($name:ident: $type:ident, ($($argument:ident: $of:ty),*);)*) => {$(
        const _: $type = Some($name);

        #[unsafe(no_mangle)]
        extern "C" fn $name($($argument: $of),*) -> kern_return_t {
            called(format!(concat!(stringify!($name), "{:x?}"), ($($argument,)*)))
        }
    )*};
}

routines! {
    pager_S_memory_object_init: pager_S_memory_object_init_fn,
        (object: pager_object_t, control: mach_port_t, name: mach_port_t, page_size: vm_size_t);
    pager_S_memory_object_terminate: pager_S_memory_object_terminate_fn,
        (object: pager_object_t, control: mach_port_t, name: mach_port_t);
    pager_S_memory_object_copy: pager_S_memory_object_copy_fn,
        (object: pager_object_t, control: mach_port_t, offset: vm_offset_t, length: vm_size_t,
         copy: mach_port_t);
    pager_S_memory_object_data_request: pager_S_memory_object_data_request_fn,
        (object: pager_object_t, control: mach_port_t, offset: vm_offset_t, length: vm_size_t,
         access: vm_prot_t);
    pager_S_memory_object_data_unlock: pager_S_memory_object_data_unlock_fn,
        (object: pager_object_t, control: mach_port_t, offset: vm_offset_t, length: vm_size_t,
         access: vm_prot_t);
    pager_S_memory_object_lock_completed: pager_S_memory_object_lock_completed_fn,
        (object: pager_object_t, control: mach_port_t, offset: vm_offset_t, length: vm_size_t);
    pager_S_memory_object_supply_completed: pager_S_memory_object_supply_completed_fn,
        (object: pager_object_t, control: mach_port_t, offset: vm_offset_t, length: vm_size_t,
         result: kern_return_t, error_offset: vm_offset_t);
    pager_S_memory_object_data_return: pager_S_memory_object_data_return_fn,
        (object: pager_object_t, control: mach_port_t, offset: vm_offset_t, data: vm_offset_t,
         size: mach_msg_type_number_t, dirty: boolean_t, kernel_copy: boolean_t);
    pager_S_memory_object_change_completed: pager_S_memory_object_change_completed_fn,
        (object: pager_object_t, may_cache: boolean_t, strategy: memory_object_copy_strategy_t);
}

/// The object that messages on port `OBJECT` are for.
fn object() -> pager_object_t {
    std::ptr::without_provenance_mut(0x99)
}

#[unsafe(no_mangle)]
extern "C" fn pager_begin(port: mach_port_t) -> pager_object_t {
    if port == OBJECT {
        object()
    } else {
        std::ptr::null_mut()
    }
}

#[unsafe(no_mangle)]
extern "C" fn pager_begin_payload(_: std::ffi::c_ulong) -> pager_object_t {
    std::ptr::null_mut()
}

#[unsafe(no_mangle)]
extern "C" fn pager_end(ended: pager_object_t) {
    assert_eq!(ended, object());
}

fn port(disposition: u32) -> mach_msg_type_t {
    mach_msg_type_t {
        _bitfield_1: mach_msg_type_t::new_bitfield_1(disposition, 64, 0, 1, 0, 0),
        msgt_number: 1,
        ..Default::default()
    }
}

/// As the kernel sends `memory_object_init`.
#[repr(C)]
struct Init {
    header: mach_msg_header_t,
    control_type: mach_msg_type_t,
    control: u64,
    name_type: mach_msg_type_t,
    name: u64,
    page_size_type: mach_msg_type_t,
    page_size: u64,
}

fn init() -> Init {
    // SAFETY: all its fields are numbers.
    let mut header: mach_msg_header_t = unsafe { zeroed() };
    header.msgh_bits = MACH_MSGH_BITS_COMPLEX | (MACH_MSG_TYPE_PORT_SEND << 8);
    header.msgh_size = size_of::<Init>() as u32;
    header.__bindgen_anon_2.msgh_local_port = OBJECT;
    header.msgh_id = 2200;
    Init {
        header,
        control_type: port(MACH_MSG_TYPE_PORT_SEND),
        control: CONTROL.into(),
        name_type: port(MACH_MSG_TYPE_PORT_SEND),
        name: NAME.into(),
        page_size_type: port(MACH_MSG_TYPE_INTEGER_64),
        page_size: 4096,
    }
}

/// What the server answers: whether the id was known, and the return code.
fn serve(message: &mut Init) -> (bool, kern_return_t) {
    // SAFETY: all its fields are numbers.
    let mut reply: mig_reply_header_t = unsafe { zeroed() };
    let out = (&raw mut reply).cast();
    // SAFETY: the message has the size its header says; no routine here returns more than a code.
    let known = unsafe { pager_memory_object_server(&raw mut message.header, out) };
    (known != 0, reply.RetCode)
}

#[test]
fn kernel_message_reaches_the_routine_with_the_object_of_its_port() {
    assert_eq!(serve(&mut init()), (true, KERN_SUCCESS));
    CALLS.with_borrow(|calls| {
        assert_eq!(*calls, ["pager_S_memory_object_init(0x99, 12, 13, 1000)"]);
    });
}

#[test]
fn forged_messages_reach_no_routine() {
    let mut other = init();
    other.header.msgh_id = 2299;
    assert_eq!(serve(&mut other), (false, MIG_BAD_ID));
    // SAFETY: only the id is looked at.
    assert!(unsafe { pager_memory_object_server_lookup(&raw const other.header) }.is_none());

    let mut short = init();
    short.header.msgh_size -= 8;
    assert_eq!(serve(&mut short), (true, MIG_BAD_ARGUMENTS));

    let mut number = init();
    number.control_type = port(MACH_MSG_TYPE_INTEGER_64);
    assert_eq!(serve(&mut number), (true, MIG_BAD_ARGUMENTS));

    CALLS.with_borrow(|calls| assert!(calls.is_empty()));
}

#[test]
fn user_stub_sends_what_the_interface_says() {
    // SAFETY: a simple routine with plain arguments; `mach_msg` below reads the message only.
    let code = unsafe { mig_k_memory_object_ready(CONTROL, 1, MEMORY_OBJECT_COPY_DELAY) };
    assert_eq!(code, KERN_SUCCESS);
    SENT.with_borrow(|words| {
        // SAFETY: the words are a whole message, and larger than its header.
        let header = unsafe { &*words.as_ptr().cast::<mach_msg_header_t>() };
        // SAFETY: a stub fills in the port, not the padding.
        assert_eq!(unsafe { header.__bindgen_anon_1.msgh_remote_port }, CONTROL);
        assert_eq!(header.msgh_size as usize, words.len() * 8);
        // Header, then a type and a padded word each.
        assert_eq!(words.len(), 4 + 2 + 2);
        assert_eq!(words[5] as u32, 1);
        assert_eq!(words[7] as i32, MEMORY_OBJECT_COPY_DELAY);
    });
}

// The notification server and its routines are in the same library as the pager's. That
// this program links without any `notify_do_*` shows that only what is named gets linked.

#[unsafe(no_mangle)]
extern "C" fn mig_get_reply_port() -> mach_port_t {
    0
}

#[unsafe(no_mangle)]
extern "C" fn mig_put_reply_port(_: mach_port_t) {}

#[unsafe(no_mangle)]
extern "C" fn mig_dealloc_reply_port(_: mach_port_t) {}

/// Keeps the message that would be sent.
///
/// # Safety
/// `message` is `send_size` bytes of words.
#[unsafe(no_mangle)]
unsafe extern "C" fn mach_msg(
    message: *mut mach_msg_header_t,
    _: mach_msg_option_t,
    send_size: mach_msg_size_t,
    _: mach_msg_size_t,
    _: mach_port_t,
    _: mach_msg_timeout_t,
    _: mach_port_t,
) -> mach_msg_return_t {
    // SAFETY: as the caller's.
    let words = unsafe { std::slice::from_raw_parts(message.cast(), send_size as usize / 8) };
    SENT.set(words.to_vec());
    KERN_SUCCESS
}
