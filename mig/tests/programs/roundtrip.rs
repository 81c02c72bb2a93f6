// SPDX-License-Identifier: GPL-2.0-or-later
//! Both sides of arith.defs in one program: `mach_msg` hands a request to the server
//! side and its reply back, changing in the header and the types what the kernel would.
//!
//! Compiled by `stubs.rs` with rustc alone, since its stubs exist only by then.

#[allow(warnings)]
mod arith {
    include!(env!("ARITH_BINDINGS"));
}

use arith::*;
use std::cell::Cell;
use std::slice;

const SERVER: mach_port_t = 0x51;
const REPLY: mach_port_t = 0x52;

const _: S_arith_add_fn = Some(S_arith_add);
const _: S_arith_mirror_fn = Some(S_arith_mirror);
const _: S_arith_total_fn = Some(S_arith_total);
const _: S_arith_points_fn = Some(S_arith_points);
const _: S_arith_swap_fn = Some(S_arith_swap);
const _: S_arith_note_fn = Some(S_arith_note);

thread_local!(static NOTED: Cell<i32> = const { Cell::new(0) });

#[unsafe(no_mangle)]
unsafe extern "C" fn S_arith_add(
    server: mach_port_t,
    first: i32,
    second: i32,
    sum: *mut i32,
) -> kern_return_t {
    assert_eq!(server, SERVER);
    let Some(value) = first.checked_add(second) else {
        return ARITH_OVERFLOW as i32;
    };
    unsafe { *sum = value };
    KERN_SUCCESS
}

#[unsafe(no_mangle)]
unsafe extern "C" fn S_arith_mirror(_: mach_port_t, point: *mut arith_point_t) -> kern_return_t {
    unsafe {
        *point = arith_point_t {
            x: (*point).y as i32,
            pad: 0,
            y: (*point).x.into(),
        }
    };
    KERN_SUCCESS
}

#[unsafe(no_mangle)]
unsafe extern "C" fn S_arith_total(
    _: mach_port_t,
    row: *const i32,
    count: mach_msg_type_number_t,
    total: *mut i64,
) -> kern_return_t {
    let row = unsafe { slice::from_raw_parts(row, count as usize) };
    unsafe { *total = row.iter().copied().map(i64::from).sum() };
    KERN_SUCCESS
}

#[unsafe(no_mangle)]
unsafe extern "C" fn S_arith_points(
    _: mach_port_t,
    count: u32,
    table: *mut arith_table_t,
    table_count: *mut mach_msg_type_number_t,
) -> kern_return_t {
    let points: Vec<_> = (0..count)
        .map(|n| arith_point_t {
            x: n as i32,
            pad: 0,
            y: -i64::from(n),
        })
        .collect();
    let points = points.leak();
    unsafe {
        // The stub points at room for 2048 bytes.
        if size_of_val(points) <= 2048 {
            (*table).copy_from_nonoverlapping(points.as_ptr(), points.len());
        } else {
            *table = points.as_mut_ptr();
        }
        *table_count = count;
    }
    KERN_SUCCESS
}

#[unsafe(no_mangle)]
unsafe extern "C" fn S_arith_swap(
    _: mach_port_t,
    given: mach_port_t,
    returned: *mut mach_port_t,
) -> kern_return_t {
    unsafe { *returned = given + 1 };
    KERN_SUCCESS
}

#[unsafe(no_mangle)]
extern "C" fn S_arith_note(_: mach_port_t, value: i32) -> kern_return_t {
    NOTED.set(value);
    KERN_SUCCESS
}

#[unsafe(no_mangle)]
extern "C" fn mig_get_reply_port() -> mach_port_t {
    REPLY
}
#[unsafe(no_mangle)]
extern "C" fn mig_put_reply_port(_: mach_port_t) {}
#[unsafe(no_mangle)]
extern "C" fn mig_dealloc_reply_port(_: mach_port_t) {
    panic!("a stub rejected the reply");
}
#[unsafe(no_mangle)]
unsafe extern "C" fn mig_allocate(at: *mut vm_address_t, size: vm_size_t) {
    unsafe { *at = vec![0_u64; size.div_ceil(8)].leak().as_mut_ptr().addr() };
}

/// As the receiver sees them: rights that are there, not what to do to make them.
unsafe fn deliver_rights(message: *mut mach_msg_header_t) {
    let mut at = size_of::<mach_msg_header_t>();
    while at < unsafe { (*message).msgh_size } as usize {
        let kind = unsafe { &mut *message.byte_add(at).cast::<mach_msg_type_t>() };
        if [MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND].contains(&kind.msgt_name()) {
            kind.set_msgt_name(MACH_MSG_TYPE_PORT_SEND);
        }
        let bytes = kind.msgt_number as usize * kind.msgt_size() as usize / 8;
        at += 8 + if kind.msgt_inline() == 1 {
            bytes.next_multiple_of(8)
        } else {
            8
        };
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn mach_msg(
    message: *mut mach_msg_header_t,
    option: mach_msg_option_t,
    send_size: mach_msg_size_t,
    receive_limit: mach_msg_size_t,
    _: mach_port_t,
    _: mach_msg_timeout_t,
    _: mach_port_t,
) -> mach_msg_return_t {
    let (mut request, mut reply) = ([0_u64; 1024], [0_u64; 1024]);
    let received = request.as_mut_ptr().cast::<mach_msg_header_t>();
    let answer = reply.as_mut_ptr().cast::<mach_msg_header_t>();
    unsafe {
        received
            .cast::<u8>()
            .copy_from_nonoverlapping(message.cast(), send_size as usize);
        assert_eq!((*received).msgh_size, send_size);
        deliver_rights(received);
        // The receiver finds the reply right in the remote port, its own in the local port.
        (*received).__bindgen_anon_1.msgh_remote_port = (*message).__bindgen_anon_2.msgh_local_port;
        (*received).__bindgen_anon_2.msgh_local_port = (*message).__bindgen_anon_1.msgh_remote_port;
        let complex = (*message).msgh_bits & MACH_MSGH_BITS_COMPLEX;
        (*received).msgh_bits =
            MACH_MSG_TYPE_PORT_SEND_ONCE | MACH_MSG_TYPE_PORT_SEND << 8 | complex;

        let known = arith_server_lookup(received).is_some();
        assert_eq!(arith_server(received, answer) != 0, known);
        if option & MACH_RCV_MSG == 0 {
            return MACH_MSG_SUCCESS as i32;
        }
        assert_eq!((*answer).__bindgen_anon_1.msgh_remote_port, REPLY);
        assert!((*answer).msgh_size <= receive_limit);
        deliver_rights(answer);
        let size = (*answer).msgh_size as usize;
        message
            .cast::<u8>()
            .copy_from_nonoverlapping(answer.cast(), size);
        (*message).__bindgen_anon_2.msgh_local_port = REPLY;
    }
    MACH_MSG_SUCCESS as i32
}

fn main() {
    unsafe {
        let mut sum = 0;
        assert_eq!(arith_add(SERVER, 40, 2, &mut sum), 0);
        assert_eq!(sum, 42);
        assert_eq!(
            arith_add(SERVER, i32::MAX, 1, &mut sum),
            ARITH_OVERFLOW as i32
        );

        let mut point = arith_point_t {
            x: 3,
            pad: 0,
            y: -7,
        };
        assert_eq!(arith_mirror(SERVER, &mut point), 0);
        assert_eq!(
            point,
            arith_point_t {
                x: -7,
                pad: 0,
                y: 3
            }
        );

        let (mut row, mut total) = ([1, 2, 3, 4, 5], 0);
        assert_eq!(arith_total(SERVER, row.as_mut_ptr(), 5, &mut total), 0);
        assert_eq!(total, 15);
        let long = [0; 17].as_mut_ptr();
        assert_eq!(
            arith_total(SERVER, long, 17, &mut total),
            MIG_ARRAY_TOO_LARGE
        );

        // Inline into our room, inline into room of its own, and out of line.
        for (room, count) in [(8, 8), (0, 100), (0, 1000)] {
            let mut ours = [arith_point_t::default(); 8];
            let (mut table, mut given) = (ours.as_mut_ptr(), room);
            assert_eq!(arith_points(SERVER, count, &mut table, &mut given), 0);
            assert_eq!(given, count);
            assert_eq!(table == ours.as_mut_ptr(), room == count);
            let points = slice::from_raw_parts(table, count as usize);
            assert!(
                (0..)
                    .zip(points)
                    .all(|(n, point)| point.x == n && point.y == -i64::from(n))
            );
        }

        let mut returned = 0;
        assert_eq!(arith_swap(SERVER, 0x60, &mut returned), 0);
        assert_eq!(returned, 0x61);

        assert_eq!(arith_note(SERVER, 9), 0);
        assert_eq!(NOTED.get(), 9);
    }
    println!("both sides agree");
}
