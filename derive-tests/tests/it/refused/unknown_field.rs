use weaviate::Properties;

#[derive(Properties)]
struct Article {
    title: String,
    address: Address,
}

#[derive(Properties)]
struct Address {
    city: String,
}

fn main() {
    let _ = Article::fields().titel.equal("a");
    let _ = Article::fields().address.town.equal("a");
}
