// SPDX-License-Identifier: GPL-2.0-or-later
//! The forms of lsipc(1)'s output: columns, raw, export, one datum a line, JSON, and the list of
//! `--id`.

use std::io;

use super::columns::{Column, Field};
use crate::output::Out;

/// A datum. `None` is one that the resource does not have.
pub type Cell = Option<Vec<u8>>;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Columns, filled with blanks.
    Table,
    /// Fields with one blank between, in which blanks are escaped.
    Raw,
    /// `NAME="value"` with blanks between, a line for a row.
    Export,
    /// `NAME="value"`, a line for a datum.
    Newline,
    /// JSON.
    Json,
}

/// What is the same for all rows.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Which form.
    pub form: Form,
    /// Whether names stand above the columns.
    pub headings: bool,
    /// Whether names are those of shell variables.
    pub shell: bool,
    /// The name of the list in JSON.
    pub list: &'static str,
    /// The width that COMMAND is cut to fit in, if output is cut.
    pub width: Option<usize>,
    /// Whether bytes beyond ASCII are characters (UTF-8).
    pub utf8: bool,
}

/// Writes `rows`, each with a cell for every one of `columns`. Without rows there is no heading.
pub fn write(
    columns: &[&Column],
    rows: &[Vec<Cell>],
    style: Style,
    out: Out<'_>,
) -> io::Result<()> {
    match style.form {
        Form::Table if rows.is_empty() => Ok(()),
        Form::Raw if rows.is_empty() => Ok(()),
        Form::Table => table(columns, rows, style, out),
        Form::Raw => raw(columns, rows, style, out),
        Form::Export => pairs(columns, rows, style, " ", out),
        Form::Newline => pairs(columns, rows, style, "\n", out),
        Form::Json => json(columns, rows, style, &[], out),
    }
}

/// `USE%` is no name of a variable.
fn name(column: &Column, style: Style) -> String {
    if style.shell {
        column.name.replace('%', "_PCT")
    } else {
        column.name.to_owned()
    }
}

fn table(columns: &[&Column], rows: &[Vec<Cell>], style: Style, out: Out<'_>) -> io::Result<()> {
    let heading: Vec<Cell> = columns
        .iter()
        .map(|column| Some(name(column, style).into_bytes()))
        .collect();
    let mut lines: Vec<Vec<String>> = std::iter::once(&heading)
        .chain(rows)
        .map(|row| row.iter().map(|cell| printable(cell, style.utf8)).collect())
        .collect();
    let length = |text: &String| text.chars().count();
    let mut widths: Vec<usize> = (0..columns.len())
        .map(|index| {
            lines
                .iter()
                .map(|line| length(&line[index]))
                .max()
                .unwrap_or(0)
        })
        .collect();
    if let Some(width) = style.width {
        cut(columns, &mut widths, width);
    }
    if !style.headings {
        lines.remove(0);
    }
    for line in &lines {
        for (index, (column, text)) in columns.iter().zip(line).enumerate() {
            let width = widths[index];
            let text: String = text.chars().take(width).collect();
            let gap = width.saturating_sub(length(&text));
            let last = index + 1 == columns.len();
            match (last, column.right) {
                (true, true) if !text.is_empty() => writeln!(out, "{:gap$}{text}", "")?,
                (true, _) => writeln!(out, "{text}")?,
                (false, true) => write!(out, "{:gap$}{text} ", "")?,
                (false, false) => write!(out, "{text}{:gap$} ", "")?,
            }
        }
    }
    Ok(())
}

/// Takes from COMMAND what is beyond `width`, but leaves room for its name.
fn cut(columns: &[&Column], widths: &mut [usize], width: usize) {
    let gaps = columns.len().saturating_sub(1);
    let total = widths.iter().sum::<usize>() + gaps;
    let command = columns
        .iter()
        .position(|column| column.field == Field::Command);
    if let Some(index) = command {
        let excess = total.saturating_sub(width);
        let least = columns[index].name.len();
        widths[index] = widths[index].saturating_sub(excess).max(least);
    }
}

fn raw(columns: &[&Column], rows: &[Vec<Cell>], style: Style, out: Out<'_>) -> io::Result<()> {
    if style.headings {
        let names: Vec<String> = columns.iter().map(|column| name(column, style)).collect();
        writeln!(out, "{}", names.join(" "))?;
    }
    for row in rows {
        let fields: Vec<String> = row
            .iter()
            .map(|cell| escaped(cell, |byte| byte.is_ascii_graphic() && byte != b'\\'))
            .collect();
        writeln!(out, "{}", fields.join(" "))?;
    }
    Ok(())
}

fn pairs(
    columns: &[&Column],
    rows: &[Vec<Cell>],
    style: Style,
    separator: &str,
    out: Out<'_>,
) -> io::Result<()> {
    for row in rows {
        let pairs: Vec<String> = columns
            .iter()
            .zip(row)
            .map(|(column, cell)| {
                // Those are what a shell reads inside of quotes.
                let value = escaped(cell, |byte| {
                    (byte == b' ' || byte.is_ascii_graphic()) && !b"\"\\`$".contains(&byte)
                });
                format!("{}=\"{value}\"", name(column, style))
            })
            .collect();
        writeln!(out, "{}", pairs.join(separator))?;
    }
    Ok(())
}

/// JSON. `more` are lines of members that every row ends with, without indentation.
pub fn json(
    columns: &[&Column],
    rows: &[Vec<Cell>],
    style: Style,
    more: &[String],
    out: Out<'_>,
) -> io::Result<()> {
    writeln!(out, "{{\n   \"{}\": [", style.list)?;
    for (index, row) in rows.iter().enumerate() {
        write!(out, "{}", if index == 0 { "      {" } else { ",{" })?;
        for (number, (column, cell)) in columns.iter().zip(row).enumerate() {
            let name = name(column, style).to_ascii_lowercase();
            let comma = if number == 0 { "" } else { "," };
            write!(out, "{comma}\n         \"{name}\": {}", json_value(cell))?;
        }
        for (number, line) in more.iter().enumerate() {
            let comma = if number == 0 && !columns.is_empty() {
                ","
            } else {
                ""
            };
            write!(out, "{comma}\n         {line}")?;
        }
        write!(out, "\n      }}")?;
    }
    writeln!(out, "\n   ]\n}}")
}

/// A string, or null for what is not there or empty.
pub fn json_value(cell: &Cell) -> String {
    let Some(bytes) = cell.as_deref().filter(|bytes| !bytes.is_empty()) else {
        return "null".to_owned();
    };
    let mut text = String::from("\"");
    for character in String::from_utf8_lossy(bytes).chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            control if control < ' ' => text.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => text.push(other),
        }
    }
    text.push('"');
    text
}

/// The list of `--id`: a line for each datum that is there.
pub fn list(columns: &[&Column], row: &[Cell], utf8: bool, out: Out<'_>) -> io::Result<()> {
    for (column, cell) in columns.iter().zip(row) {
        if cell.is_some() {
            let (title, text) = (format!("{}:", column.title), printable(cell, utf8));
            writeln!(out, "{title:36}{text:36}")?;
        }
    }
    Ok(())
}

/// What a terminal can show of a cell: other bytes as `\xHH`.
pub fn printable(cell: &Cell, utf8: bool) -> String {
    let bytes = cell.as_deref().unwrap_or_default();
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let shown = match character {
                ' '..='~' => true,
                _ => utf8 && !character.is_control(),
            };
            if shown {
                text.push(character);
            } else {
                let mut buffer = [0; 4];
                hex(character.encode_utf8(&mut buffer).as_bytes(), &mut text);
            }
        }
        hex(chunk.invalid(), &mut text);
    }
    text
}

fn escaped(cell: &Cell, plain: impl Fn(u8) -> bool) -> String {
    let mut text = String::new();
    for &byte in cell.as_deref().unwrap_or_default() {
        if plain(byte) {
            text.push(char::from(byte));
        } else {
            hex(&[byte], &mut text);
        }
    }
    text
}

fn hex(bytes: &[u8], text: &mut String) {
    for byte in bytes {
        text.push_str(&format!("\\x{byte:02x}"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::named;
    use super::*;

    fn style(form: Form) -> Style {
        Style {
            form,
            headings: true,
            shell: false,
            list: "list",
            width: None,
            utf8: false,
        }
    }

    fn written(names: &[&str], rows: &[&[Option<&str>]], style: Style) -> String {
        let columns: Vec<&Column> = names.iter().map(|name| named(name).unwrap()).collect();
        let rows: Vec<Vec<Cell>> = rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(|cell| cell.map(|text| text.into()))
                    .collect()
            })
            .collect();
        let mut out = Vec::new();
        write(&columns, &rows, style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_filled_and_the_last_one_only_to_move_it_right() {
        let rows: &[&[Option<&str>]] = &[&[Some("1"), Some("2"), None], &[None, None, Some("300")]];
        let text = written(&["ID", "SIZE", "COMMAND"], rows, style(Form::Table));
        assert_eq!(text, "ID SIZE COMMAND\n1     2 \n        300\n");
        let text = written(&["ID", "COMMAND", "SIZE"], rows, style(Form::Table));
        assert_eq!(text, "ID COMMAND SIZE\n1  2       \n            300\n");
    }

    #[test]
    fn a_table_without_rows_is_nothing_and_json_an_empty_list() {
        for form in [Form::Table, Form::Raw, Form::Export, Form::Newline] {
            assert_eq!(written(&["ID"], &[], style(form)), "");
        }
        let text = written(&["ID"], &[], style(Form::Json));
        assert_eq!(text, "{\n   \"list\": [\n\n   ]\n}\n");
    }

    #[test]
    fn the_command_is_cut_but_not_below_its_name() {
        let rows: &[&[Option<&str>]] = &[&[Some("1"), Some("abcdefghijklmnop")]];
        let at = |width| {
            let style = Style {
                width: Some(width),
                ..style(Form::Table)
            };
            written(&["ID", "COMMAND"], rows, style)
        };
        assert_eq!(at(13), "ID COMMAND\n1  abcdefghij\n");
        assert_eq!(at(3), "ID COMMAND\n1  abcdefg\n");
        assert_eq!(at(19), "ID COMMAND\n1  abcdefghijklmnop\n");
    }

    #[test]
    fn nothing_of_a_command_line_is_taken_for_anything_else() {
        let rows: &[&[Option<&str>]] = &[&[Some("a \"b\" $c `d` \\ \u{e9}\n\u{1b}")]];
        let form = |form| written(&["COMMAND"], rows, style(form));
        assert_eq!(
            form(Form::Table),
            "COMMAND\na \"b\" $c `d` \\ \\xc3\\xa9\\x0a\\x1b\n"
        );
        assert_eq!(
            form(Form::Raw),
            "COMMAND\na\\x20\"b\"\\x20$c\\x20`d`\\x20\\x5c\\x20\\xc3\\xa9\\x0a\\x1b\n"
        );
        let quoted = "COMMAND=\"a \\x22b\\x22 \\x24c \\x60d\\x60 \\x5c \\xc3\\xa9\\x0a\\x1b\"\n";
        assert_eq!(form(Form::Export), quoted);
        assert_eq!(form(Form::Newline), quoted);
        let json = form(Form::Json);
        assert!(
            json.contains("\"a \\\"b\\\" $c `d` \\\\ \u{e9}\\n\\u001b\""),
            "{json}"
        );
        let utf8 = printable(&Some("\u{e9}\t".into()), true);
        assert_eq!(utf8, "\u{e9}\\x09");
        assert_eq!(printable(&Some(b"\xffz".to_vec()), true), "\\xffz");
    }
}
