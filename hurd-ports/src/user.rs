// SPDX-License-Identifier: GPL-2.0-or-later
//! Whom a translator counts what a client takes for.
#![forbid(unsafe_code)]

/// Root's number.
pub const ROOT: u32 = 0;

/// Who has no user id. All of these share one count.
pub const NOBODY: u32 = u32::MAX;

/// The user for whom to count what a client with these user ids takes: root, if it is among them.
#[must_use]
pub fn payer(uids: &[u32]) -> u32 {
    match uids.first() {
        _ if uids.contains(&ROOT) => ROOT,
        Some(&user) => user,
        None => NOBODY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_among_other_ids_pays_as_root() {
        assert_eq!(payer(&[1001, 0]), ROOT);
        assert_eq!(payer(&[1001, 1002]), 1001);
        assert_eq!(payer(&[]), NOBODY);
    }
}
