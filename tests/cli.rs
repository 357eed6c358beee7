//! The command line against recorded sessions: each file under `tests/cmd` holds commands and what they are to say.

#[test]
fn recorded_sessions() {
    // Help is wrapped to the terminal; without one, to this width.
    trycmd::TestCases::new().env("COLUMNS", "100").case("tests/cmd/*.trycmd").case("tests/cmd/*.toml");
}
