use super::super::sample;
use super::*;

fn page(rows: &sample::Rows, lang: Lang) -> String {
    let mut out = Vec::new();
    RENDERER.render(&sample::report(rows), rows, &View { lang, width: 80, colour: false }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn base64_is_that_of_others() {
    assert_eq!([&b""[..], b"f", b"fo", b"foo", b"foob"].map(base64), ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
}
