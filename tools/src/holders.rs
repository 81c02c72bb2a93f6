// SPDX-License-Identifier: GPL-2.0-or-later
//! The processes that have a segment attached. The Hurd's server tells them (`sysvshm_holders` of
//! shm.defs); no other system does, so elsewhere nothing of this is shown.

use std::io;

use sysvshm::client::{self, Errno};

use crate::names::Names;
use crate::output::{Name, Out};
use crate::process;

/// An attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The process.
    pub pid: i32,
    /// Its user; a process may have none.
    pub uid: Option<u32>,
    /// The first address of the attachment.
    pub address: u64,
    /// What the process may do, as one digit of a mode.
    pub access: u32,
    /// The attachment is that of a child that the process is making by fork(2).
    pub forking: bool,
    /// The process does not answer.
    pub stuck: bool,
}

/// The attachments of a segment, or why the caller is not told.
pub type Holders = client::Result<Vec<Holder>>;

/// Who has segment `id` attached; `None` where nobody can tell.
pub fn of(id: i32) -> Option<Holders> {
    #[cfg(target_os = "hurd")]
    return crate::server::holders(id);
    #[cfg(not(target_os = "hurd"))]
    {
        let _ = id;
        None
    }
}

impl Holder {
    fn access(&self) -> String {
        let letter = |bit, letter| if self.access & bit != 0 { letter } else { '-' };
        let mut text = String::from_iter([letter(4, 'r'), letter(2, 'w'), letter(1, 'x')]);
        for (holds, word) in [(self.forking, ",forking"), (self.stuck, ",stuck")] {
            if holds {
                text.push_str(word);
            }
        }
        text
    }

    /// Process, user, address, access and command line.
    fn fields(&self, names: &mut Names) -> [String; 5] {
        let user = match self.uid {
            Some(uid) => String::from_utf8_lossy(names.user(uid)).into_owned(),
            None => "-".to_owned(),
        };
        let command = process::command(self.pid).unwrap_or_default();
        [
            self.pid.to_string(),
            user,
            format!("{:#x}", self.address),
            self.access(),
            String::from_utf8_lossy(&command)
                .chars()
                .map(|character| {
                    if character.is_control() {
                        '?'
                    } else {
                        character
                    }
                })
                .collect(),
        ]
    }
}

const COLUMNS: [&str; 5] = ["PID", "USER", "ADDRESS", "ACCESS", "COMMAND"];

/// A table of the attachments under `title`; nothing if there are none.
pub fn section(title: &str, holders: &Holders, names: &mut Names, out: Out<'_>) -> io::Result<()> {
    let holders = match holders {
        Ok(holders) if holders.is_empty() => return Ok(()),
        Ok(holders) => holders,
        Err(error) => return writeln!(out, "{title} {}", refusal(*error)),
    };
    let mut lines = vec![COLUMNS.map(str::to_owned)];
    lines.extend(holders.iter().map(|holder| holder.fields(names)));
    let width = |index: usize| {
        let lengths = lines.iter().map(|line| line[index].chars().count());
        lengths.max().unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2), width(3)];
    writeln!(out, "{title}")?;
    for [pid, user, address, access, command] in &lines {
        let [w0, w1, w2, w3] = widths;
        writeln!(
            out,
            "{pid:>w0$} {user:<w1$} {address:>w2$} {access:<w3$} {command}"
        )?;
    }
    Ok(())
}

fn refusal(error: Errno) -> String {
    match error {
        Errno::EPERM => "told to its owner, its creator and root only".to_owned(),
        Errno::EOPNOTSUPP => "not told, the server is older than this question".to_owned(),
        error => error.to_string(),
    }
}

/// The attachments as lines of a member `holders` of a JSON object; null if the caller is not told.
pub fn json(holders: &Holders, names: &mut Names) -> Vec<String> {
    let Ok(holders) = holders else {
        return vec!["\"holders\": null".to_owned()];
    };
    let mut lines = vec!["\"holders\": [".to_owned()];
    for (index, holder) in holders.iter().enumerate() {
        lines.push(if index == 0 { "   {" } else { "   },{" }.to_owned());
        let fields = holder.fields(names);
        for (number, (name, text)) in COLUMNS.iter().zip(fields).enumerate() {
            let comma = if number + 1 < COLUMNS.len() { "," } else { "" };
            let value = crate::lsipc::json_value(&Some(text.into_bytes()));
            lines.push(format!("      \"{}\": {value}{comma}", name.to_lowercase()));
        }
    }
    if !holders.is_empty() {
        lines.push("   }".to_owned());
    }
    lines.push("]".to_owned());
    lines
}

/// The most processes that [`report_kept`] names.
const NAMED: usize = 8;

/// Says that segment `id`, which was removed, stays until its last detach, and because of whom.
pub fn report_kept(name: &Name, id: i32) {
    if let Some(Ok(holders)) = of(id)
        && let Some(text) = kept(id, &holders, &mut Names::default())
    {
        name.complain(&text);
    }
}

fn kept(id: i32, holders: &[Holder], names: &mut Names) -> Option<String> {
    let mut processes: Vec<&Holder> = Vec::new();
    for holder in holders {
        if processes.iter().all(|other| other.pid != holder.pid) {
            processes.push(holder);
        }
    }
    if processes.is_empty() {
        return None;
    }
    let mut words: Vec<String> = processes
        .iter()
        .take(NAMED)
        .map(|holder| {
            let [pid, user, .., command] = holder.fields(names);
            format!("{pid} ({user}: {command})")
        })
        .collect();
    if processes.len() > NAMED {
        words.push(format!("{} more", processes.len() - NAMED));
    }
    Some(format!(
        "id {id} is kept until its last detach: attached by {}",
        words.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(pid: i32, access: u32) -> Holder {
        Holder {
            pid,
            uid: Some(0),
            address: 0x10_0000,
            access,
            forking: false,
            stuck: false,
        }
    }

    fn shown(holders: &Holders) -> String {
        let mut out = Vec::new();
        section("Attached by:", holders, &mut Names::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn attachments_are_a_table() {
        let ours = i32::try_from(std::process::id()).unwrap();
        let stuck = Holder {
            uid: None,
            stuck: true,
            ..holder(i32::MAX, 4)
        };
        let text = shown(&Ok(vec![holder(ours, 6), stuck]));
        let command = std::env::args().collect::<Vec<_>>().join(" ");
        assert_eq!(
            text,
            format!(
                "Attached by:\n       PID USER  ADDRESS ACCESS    COMMAND\n\
                 {ours:>10} root 0x100000 rw-       {command}\n\
                 2147483647 -    0x100000 r--,stuck \n"
            )
        );
    }

    #[test]
    fn no_attachments_are_nothing_and_a_refusal_says_who_may_ask() {
        assert_eq!(shown(&Ok(vec![])), "");
        assert_eq!(
            shown(&Err(Errno::EPERM)),
            "Attached by: told to its owner, its creator and root only\n"
        );
        assert_eq!(
            shown(&Err(Errno::EOPNOTSUPP)),
            "Attached by: not told, the server is older than this question\n"
        );
    }

    #[test]
    fn json_has_a_list_or_null() {
        let names = &mut Names::default();
        assert_eq!(json(&Err(Errno::EPERM), names), ["\"holders\": null"]);
        assert_eq!(json(&Ok(vec![]), names), ["\"holders\": [", "]"]);
        let two = json(&Ok(vec![holder(i32::MAX, 4), holder(i32::MAX, 7)]), names).join("\n");
        let row = |access| {
            format!(
                "      \"pid\": \"2147483647\",\n      \"user\": \"root\",\n      \
                 \"address\": \"0x100000\",\n      \"access\": \"{access}\",\n      \
                 \"command\": null\n"
            )
        };
        let expected = format!(
            "\"holders\": [\n   {{\n{}   }},{{\n{}   }}\n]",
            row("r--"),
            row("rwx")
        );
        assert_eq!(two, expected);
    }

    #[test]
    fn a_kept_segment_names_each_process_once_and_not_all_of_many() {
        let names = &mut Names::default();
        assert_eq!(kept(5, &[], names), None);
        let last = i32::MAX;
        let twice = kept(5, &[holder(last, 6), holder(last, 4)], names).unwrap();
        assert_eq!(
            twice,
            format!("id 5 is kept until its last detach: attached by {last} (root: )")
        );
        let many: Vec<Holder> = (0..10).map(|less| holder(last - less, 6)).collect();
        let text = kept(5, &many, names).unwrap();
        assert!(text.ends_with(", 2 more"), "{text}");
        assert_eq!(text.matches("(root: )").count(), NAMED);
    }
}
