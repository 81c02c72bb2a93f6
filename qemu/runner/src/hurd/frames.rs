// SPDX-License-Identifier: GPL-2.0-or-later
//! What `qemu/guest/run.c` writes on the console about the program it runs.

/// A line of the console that is meant for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// Standard output, with the line feed if there was one.
    Output(Vec<u8>),
    /// Standard error.
    Errors(Vec<u8>),
    /// The next program starts: its index in the plan.
    Begin(usize),
    /// The program exited with this status.
    Exit(i32),
    /// The program was killed by this signal.
    Signal(i32, String),
    /// The program did not end in time and was killed.
    Timeout,
}

/// The frame in a line of the console; `None` is a line of the kernel or another server.
#[must_use]
pub fn parse(line: &str) -> Option<Frame> {
    let (word, rest) = line
        .strip_prefix('#')?
        .split_once(' ')
        .unwrap_or((line.strip_prefix('#').unwrap_or_default(), ""));
    match word {
        "o" | "O" | "e" | "E" => {
            let mut bytes = text(rest)?;
            if word.chars().all(char::is_lowercase) {
                bytes.push(b'\n');
            }
            Some(match word {
                "o" | "O" => Frame::Output(bytes),
                _ => Frame::Errors(bytes),
            })
        }
        "begin" => rest.parse().ok().map(Frame::Begin),
        "exit" => rest.parse().ok().map(Frame::Exit),
        "signal" => {
            let (number, name) = rest.split_once(' ')?;
            Some(Frame::Signal(number.parse().ok()?, name.to_owned()))
        }
        "timeout" => Some(Frame::Timeout),
        _ => None,
    }
}

/// The bytes of `LENGTH TEXT`; none when the kernel spoke in between.
fn text(rest: &str) -> Option<Vec<u8>> {
    // An empty line has lost the space after its length.
    let (length, text) = rest.split_once(' ').unwrap_or((rest, ""));
    if length.parse() != Ok(text.len()) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut left = text.as_bytes();
    while let [first, after @ ..] = left {
        left = match after {
            [b'x', high, low, after @ ..] if *first == b'\\' => {
                let digit = |digit: u8| char::from(digit).to_digit(16);
                bytes.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
                after
            }
            after => {
                bytes.push(*first);
                after
            }
        };
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_pieces_of_both_streams_are_told_apart() {
        assert_eq!(parse("#o 2 hi"), Some(Frame::Output(b"hi\n".to_vec())));
        assert_eq!(parse("#O 2 hi"), Some(Frame::Output(b"hi".to_vec())));
        assert_eq!(parse("#e 0"), Some(Frame::Errors(b"\n".to_vec())));
        assert_eq!(parse("#E 4 \\x00"), Some(Frame::Errors(vec![0])));
    }

    #[test]
    fn escapes_bring_back_every_byte() {
        let frame = parse("#o 13 a\\x5c\\xff b\\");
        assert_eq!(frame, None, "the length is wrong");
        let frame = parse("#o 15 a\\x5c\\xff b\\x20");
        assert_eq!(frame, Some(Frame::Output(b"a\\\xff b \n".to_vec())));
    }

    #[test]
    fn ends_are_understood() {
        assert_eq!(parse("#begin 3"), Some(Frame::Begin(3)));
        assert_eq!(parse("#exit 101"), Some(Frame::Exit(101)));
        assert_eq!(
            parse("#signal 11 SEGV"),
            Some(Frame::Signal(11, "SEGV".into()))
        );
        assert_eq!(parse("#timeout"), Some(Frame::Timeout));
    }

    #[test]
    fn other_lines_are_no_frames() {
        for line in ["", "#", "start ext2fs: ", "#x 1 a", "#o 5 abc", "#exit now"] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
