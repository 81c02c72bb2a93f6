// SPDX-License-Identifier: GPL-2.0-or-later
//! The command line of a process: from /proc on Linux, from the proc server on the Hurd.

/// The words of process `pid` with blanks between; `None` if there is no such process, or it has
/// none.
pub fn command(pid: i32) -> Option<Vec<u8>> {
    let mut words = words(pid)?;
    while words.last() == Some(&0) {
        words.pop();
    }
    for byte in &mut words {
        if *byte == 0 {
            *byte = b' ';
        }
    }
    (!words.is_empty()).then_some(words)
}

#[cfg(not(target_os = "hurd"))]
fn words(pid: i32) -> Option<Vec<u8>> {
    std::fs::read(format!("/proc/{pid}/cmdline")).ok()
}

#[cfg(target_os = "hurd")]
fn words(pid: i32) -> Option<Vec<u8>> {
    crate::server::process_arguments(pid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_the_words_it_was_started_with() {
        let pid = i32::try_from(std::process::id()).unwrap();
        let expected: Vec<String> = std::env::args().collect();
        assert_eq!(command(pid), Some(expected.join(" ").into_bytes()));
        assert_eq!(command(i32::MAX), None);
    }
}
