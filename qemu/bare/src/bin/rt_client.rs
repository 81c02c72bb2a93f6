// SPDX-License-Identifier: GPL-2.0-or-later
//! The other program of the run time's tests: started by `rt-test`, it calls
//! the port it was given.
#![no_std]
#![no_main]

use bare_rt::message::{self, Note};

bare_rt::entry!(main);

/// Longer than any answer takes.
const SOON: u32 = 10_000;

fn main() {
    let door = bare_rt::bootstrap().expect("nobody gave us a port");
    let hello = Note {
        id: 1000,
        words: [17; message::WORDS],
        ..Note::default()
    };
    let answer = message::call(&door, &hello, SOON).expect("no answer to hello");
    assert_eq!((answer.id, answer.words[0]), (1001, 18));
    let room = answer.right.expect("no port in the answer");
    for round in 0..100 {
        let note = Note {
            id: 2000,
            words: [round; message::WORDS],
            ..Note::default()
        };
        let answer = message::call(&room, &note, SOON).expect("no answer");
        assert_eq!(
            (answer.id, answer.words[message::WORDS - 1]),
            (2001, round + 1)
        );
    }
}
