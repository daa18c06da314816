use super::*;

#[test]
fn a_bomb_of_texts_is_bounded() {
    let long = format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(LARGEST / 2), "*a,".repeat(LARGEST / 8));
    let keys: String = (0..60).map(|n| format!("{}{}:\n", " ".repeat(n), "k".repeat(100))).collect();
    let deep = format!("{keys}{}[{}]\n", " ".repeat(60), "1,".repeat(LARGEST / 4));
    for text in [long, deep] {
        let walked = walk::scalars(head(&text).0);
        let held: usize = walked.scalars.iter().map(|s| s.value.len() + s.place.iter().map(String::len).sum::<usize>()).sum();
        assert!(!walked.whole && held < 32 << 20, "{held}");
    }
}
