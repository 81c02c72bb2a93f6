// SPDX-License-Identifier: GPL-2.0-or-later
//! Options as getopt_long(3) reads them: bundled short options, long options
//! abbreviated to any unambiguous prefix, operands allowed in between unless
//! `POSIXLY_CORRECT` is set. Messages are glibc's.

use core::fmt;

/// Whether an option takes an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Never.
    None,
    /// Always, attached or as the next word.
    Required,
    /// Only when attached: `-aWORD`, `--all=WORD`.
    Optional,
}

/// One line of an option table; `value` is what the tool matches on.
#[derive(Clone, Copy, Debug)]
pub struct Opt<T> {
    /// The letter after a single `-`, if it has one.
    pub short: Option<char>,
    /// The word after `--`.
    pub long: &'static str,
    /// Whether it takes an argument.
    pub argument: Argument,
    /// What [`Options::next_option`] returns for it.
    pub value: T,
}

/// A table line with a letter.
pub const fn opt<T>(short: char, long: &'static str, argument: Argument, value: T) -> Opt<T> {
    Opt {
        short: Some(short),
        long,
        argument,
        value,
    }
}

/// A table line without a letter.
pub const fn long<T>(long: &'static str, argument: Argument, value: T) -> Opt<T> {
    Opt {
        short: None,
        long,
        argument,
        value,
    }
}

/// The letters and words of a table, for the test that compares them with help and manual page.
#[cfg(test)]
pub fn names<T>(table: &[Opt<T>]) -> Vec<(Option<char>, &'static str)> {
    table.iter().map(|opt| (opt.short, opt.long)).collect()
}

/// A word that fits no option; shown without the program's name.
#[derive(Debug, PartialEq, Eq)]
pub enum Error {
    /// No such letter.
    InvalidShort(char),
    /// A letter whose argument is missing.
    ShortNeedsArgument(char),
    /// No long option begins so; the text is what followed `--`.
    Unrecognized(String),
    /// Several do.
    Ambiguous(String, Vec<&'static str>),
    /// A long option whose argument is missing.
    LongNeedsArgument(&'static str),
    /// `--option=WORD` for one that takes none.
    LongTakesNoArgument(&'static str),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::InvalidShort(c) => write!(f, "invalid option -- '{c}'"),
            Error::ShortNeedsArgument(c) => write!(f, "option requires an argument -- '{c}'"),
            Error::Unrecognized(word) => write!(f, "unrecognized option '--{word}'"),
            Error::Ambiguous(word, candidates) => {
                write!(f, "option '--{word}' is ambiguous; possibilities:")?;
                candidates
                    .iter()
                    .try_for_each(|name| write!(f, " '--{name}'"))
            }
            Error::LongNeedsArgument(name) => write!(f, "option '--{name}' requires an argument"),
            Error::LongTakesNoArgument(name) => {
                write!(f, "option '--{name}' doesn't allow an argument")
            }
        }
    }
}

/// Reads options one at a time, so that a tool can act on each before the next
/// is looked at, as ipcrm(1) does.
pub struct Options<'a, T> {
    table: &'a [Opt<T>],
    words: std::vec::IntoIter<String>,
    /// Letters of the current word not yet read.
    bundle: std::vec::IntoIter<char>,
    operands: Vec<String>,
    stop_at_operand: bool,
}

impl<'a, T: Copy + PartialEq> Options<'a, T> {
    /// Reads `words`, the command line after the program's name.
    pub fn new(table: &'a [Opt<T>], words: Vec<String>) -> Self {
        Options {
            table,
            words: words.into_iter(),
            bundle: Vec::new().into_iter(),
            operands: Vec::new(),
            stop_at_operand: std::env::var_os("POSIXLY_CORRECT").is_some(),
        }
    }

    /// The next option with its argument, or `None` when only operands are left.
    pub fn next_option(&mut self) -> Result<Option<(T, Option<String>)>, Error> {
        if let Some(letter) = self.bundle.next() {
            return self.short(letter).map(Some);
        }
        while let Some(word) = self.words.next() {
            if word == "--" {
                break;
            } else if let Some(long) = word.strip_prefix("--") {
                return self.long(long).map(Some);
            } else if word.len() > 1 && word.starts_with('-') {
                self.bundle = word.chars().skip(1).collect::<Vec<_>>().into_iter();
                return self.next_option();
            }
            self.operands.push(word);
            if self.stop_at_operand {
                break;
            }
        }
        self.operands.extend(self.words.by_ref());
        Ok(None)
    }

    /// The words that are not options, in order; complete once
    /// [`next_option`](Self::next_option) returned `None`.
    pub fn operands(&self) -> &[String] {
        &self.operands
    }

    fn short(&mut self, letter: char) -> Result<(T, Option<String>), Error> {
        let found = self
            .table
            .iter()
            .find(|option| option.short == Some(letter));
        let Some(option) = found else {
            return Err(Error::InvalidShort(letter));
        };
        if option.argument == Argument::None {
            return Ok((option.value, None));
        }
        let attached: String = self.bundle.by_ref().collect();
        let argument = match option.argument {
            _ if !attached.is_empty() => Some(attached),
            Argument::Required => Some(self.words.next().ok_or(Error::ShortNeedsArgument(letter))?),
            _ => None,
        };
        Ok((option.value, argument))
    }

    fn long(&mut self, word: &str) -> Result<(T, Option<String>), Error> {
        let (name, attached) = match word.split_once('=') {
            Some((name, argument)) => (name, Some(argument.to_owned())),
            None => (word, None),
        };
        let option = self.named(name, word)?;
        let argument = match (option.argument, attached) {
            (Argument::None, Some(_)) => return Err(Error::LongTakesNoArgument(option.long)),
            (Argument::Required, None) => Some(
                self.words
                    .next()
                    .ok_or(Error::LongNeedsArgument(option.long))?,
            ),
            (_, attached) => attached,
        };
        Ok((option.value, argument))
    }

    /// An exact name wins over abbreviations; several candidates that mean the
    /// same are no ambiguity.
    fn named(&self, name: &str, word: &str) -> Result<&'a Opt<T>, Error> {
        if let Some(exact) = self.table.iter().find(|option| option.long == name) {
            return Ok(exact);
        }
        let mut candidates = self
            .table
            .iter()
            .filter(|option| option.long.starts_with(name));
        let Some(first) = candidates.next() else {
            return Err(Error::Unrecognized(word.to_owned()));
        };
        let same = |other: &Opt<T>| other.value == first.value && other.argument == first.argument;
        if candidates.clone().all(same) {
            return Ok(first);
        }
        let names = std::iter::once(first)
            .chain(candidates)
            .map(|option| option.long)
            .collect();
        Err(Error::Ambiguous(word.to_owned(), names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[Opt<char>] = &[
        opt('i', "id", Argument::Required, 'i'),
        opt('a', "all", Argument::Optional, 'a'),
        opt('t', "time", Argument::None, 't'),
        long("shmem-id", Argument::Required, 'm'),
        long("shmem-key", Argument::Required, 'M'),
    ];

    type Read = (Vec<(char, Option<String>)>, Vec<String>);

    fn read(words: &[&str]) -> Result<Read, Error> {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        let mut options = Options::new(TABLE, words);
        let mut read = Vec::new();
        while let Some(option) = options.next_option()? {
            read.push(option);
        }
        Ok((read, options.operands().to_vec()))
    }

    fn owned(argument: &str) -> Option<String> {
        Some(argument.to_owned())
    }

    #[test]
    fn short_options_bundle_and_take_arguments_attached_or_next() {
        let (read, operands) = read(&["-ti5", "-i", "-6", "-aall", "-a", "x"]).unwrap();
        let expected = vec![
            ('t', None),
            ('i', owned("5")),
            ('i', owned("-6")),
            ('a', owned("all")),
            ('a', None),
        ];
        assert_eq!(read, expected);
        assert_eq!(operands, ["x"]);
    }

    #[test]
    fn long_options_abbreviate_and_take_arguments_after_an_equals_sign_or_next() {
        let (read, operands) = read(&[
            "--ti", "--i=7", "--id", "8", "--all", "--al=", "shmem", "--", "--time",
        ])
        .unwrap();
        let expected = vec![
            ('t', None),
            ('i', owned("7")),
            ('i', owned("8")),
            ('a', None),
            ('a', owned("")),
        ];
        assert_eq!(read, expected);
        assert_eq!(operands, ["shmem", "--time"]);
    }

    #[test]
    fn a_single_dash_is_an_operand() {
        assert_eq!(
            read(&["-", "-t"]).unwrap(),
            (vec![('t', None)], vec!["-".to_owned()])
        );
    }

    #[test]
    fn errors_have_the_words_of_glibc() {
        let message = |words: &[&str]| read(words).unwrap_err().to_string();
        assert_eq!(message(&["-tx"]), "invalid option -- 'x'");
        assert_eq!(message(&["-i"]), "option requires an argument -- 'i'");
        assert_eq!(message(&["--no=1"]), "unrecognized option '--no=1'");
        assert_eq!(message(&["--id"]), "option '--id' requires an argument");
        assert_eq!(
            message(&["--time=1"]),
            "option '--time' doesn't allow an argument"
        );
        assert_eq!(
            message(&["--shm=1"]),
            "option '--shm=1' is ambiguous; possibilities: '--shmem-id' '--shmem-key'"
        );
    }
}
