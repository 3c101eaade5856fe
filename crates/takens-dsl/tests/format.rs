//! Formatting: what is well laid out stays, nothing but white space moves, twice is once.

use proptest::prelude::*;
use std::collections::BTreeMap;
use takens_dsl::{format, parse_file};

const PAGE: &str = include_str!("page.dsl");
const SAMPLES: &str = include_str!("samples.dsl");
const COLLECTION: &str = include_str!("../../../systems.dsl");

#[track_caller]
fn check(text: &str, want: &str) {
    assert_eq!(format(text), want);
    assert_eq!(format(want), want, "twice is not once");
}

#[track_caller]
fn stays(text: &str) {
    check(text, text);
}

/// A text without white space: what must not change.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{FEFF}').collect()
}

#[test]
fn the_samples_and_the_collection_are_laid_out() {
    stays(PAGE);
    stays(SAMPLES);
    stays(COLLECTION);
}

#[test]
fn a_file_without_layout_gets_one() {
    check(
        "\u{FEFF}lang 1\r\n\r\n\r\nconst  g=9.81 // gravity\r\node A{param a=1,b = 2  in [0 , 4)\n\n\n\tstate x=1\n  \
         x'=-a * x+b^ 2*x/3 - -1\nknown{divergence:-( a+1 )}\n\n}\n\n\n",
        "lang 1\n\nconst g = 9.81  // gravity\node A {\n    param a = 1, b = 2 in [0, 4)\n\n    state x = 1\n    \
         x' = -a * x + b^2*x/3 - -1\n    known { divergence: -(a + 1) }\n}\n",
    );
    check("", "");
    check("\n\n", "");
    check("// c", "// c\n");
}

#[test]
fn blocks_over_several_lines_open_and_close_at_line_ends() {
    check(
        "ode A { state x = 1\n x' = -x } ode B { state x = 1\n x' = x } // end",
        "ode A {\n    state x = 1\n    x' = -x\n}\node B {\n    state x = 1\n    x' = x\n}  // end\n",
    );
    check("ode A { state x = 1 }", "ode A { state x = 1 }\n");
    check("ode A { // why\nstate x = 1}", "ode A {  // why\n    state x = 1\n}\n");
    check("ode A {}", "ode A {}\n");
    check("ode A { /// x\n state x }", "ode A {\n    /// x\n    state x\n}\n");
}

#[test]
fn lines_that_go_on_are_indented() {
    check(
        "fn f(x) =\nx*(1 +\nx +\n(x\n)\n)\nfn g(x) = if x > 0\nthen 1\nelse 2\n",
        "fn f(x) =\n    x*(1 +\n        x +\n        (x\n        )\n    )\nfn g(x) = if x > 0\n    then 1\n    else 2\n",
    );
    check(
        "ode A {\nhamiltonian (x,px), (y,py) :\n(px^2+py^2)/2\n}",
        "ode A {\n    hamiltonian (x, px), (y, py):\n        (px^2 + py^2)/2\n}\n",
    );
}

#[test]
fn tables_keep_their_columns() {
    stays("ode A {\n    param k[i, j] = [\n         0, -1,  2;\n        -1, 10, -3\n    ]\n}\n");
    check(
        "ode A {\nparam k[i, j] = [\n 0,-1,  2;\n-1, 10,-3 ]\n}\n",
        "ode A {\n    param k[i, j] = [\n         0, -1,  2;\n        -1, 10, -3]\n}\n",
    );
    stays("ode A {\n    param k[i, j] = [0, 1;  2, 3]\n}\n");
}

#[test]
fn columns_that_were_lined_up_stay_so() {
    check(
        "ode A {\n  param a   =1 in [0, 1]\n  param bcd = 2 in [0, 1]\n  x'  = 1\n  yy' = 2\n  zzz' = 3\n}\n",
        "ode A {\n    param a   = 1 in [0, 1]\n    param bcd = 2 in [0, 1]\n    x'  = 1\n    yy' = 2\n    zzz' = 3\n}\n",
    );
    // One line alone is not lined up with anything.
    check("const a   = 1\n\nconst bcd = 2\n", "const a = 1\n\nconst bcd = 2\n");
    stays("ode A {\n    meta {\n        field: \"x\"\n        cite:  \"y\"\n    }\n}\n");
    check(
        "const a = 1   // one\nconst bc=20   // two\n",
        "const a = 1     // one\nconst bc = 20   // two\n",
    );
}

#[test]
fn comments_stay_where_they_are() {
    check(
        "const a = 1    // one\nconst bc = 20  // two\n               // and more\n    // free\n",
        "const a = 1    // one\nconst bc = 20  // two\n               // and more\n// free\n",
    );
    check(
        "/* a\r\n  b */ const/* c */a=/*d*/1/* e */\nconst b = (1 + // f\n2)\n",
        "/* a\n  b */ const /* c */ a = /*d*/ 1 /* e */\nconst b = (1 +  // f\n    2)\n",
    );
    stays("ode A {\n    state x = 1\n    // last\n}\n// after\n");
    stays("/* never closed\n  ode A {\n");
}

#[test]
fn every_construct_has_its_spaces() {
    check(
        "unit  rpm=2*pi/60<1/s>\nuse   \"f.dsl\"\nsde B  extends  A{mode k=0\nparam w<1/s>=2 in( 0,1 ]\nstate th=0.1 wrap[-pi , pi),v<m / s^2 >\n\
         event hit when x<0 and  not y>=1 falling{v:=-e*v\nk:= 1}\nhistory x[ i ](s)=sin(s)\nx [i]'=x[ i+1 ](t-tau)+noise( w [i])*2^ -x\n}",
        "unit rpm = 2*pi/60 < 1/s >\nuse \"f.dsl\"\nsde B extends A {\n    mode k = 0\n    param w <1/s>= 2 in (0, 1]\n    state th = 0.1 wrap [-pi, pi), v <m / s^2>\n    \
         event hit when x < 0 and not y >= 1 falling {\n        v := -e*v\n        k := 1\n    }\n    history x[i](s) = sin(s)\n    x[i]' = x[i+1](t - tau) + noise(w[i])*2^-x\n}\n",
    );
    check(
        "ode A {\nindex i in 0 .. N - 1 cyclic\ny' = sum( j in 1..N-1 )( x[j - 1] ) + sum(j!=i)(x[j])*if a==b then 1 else 2\n}",
        "ode A {\n    index i in 0..N-1 cyclic\n    y' = sum(j in 1..N-1)(x[j-1]) + sum(j != i)(x[j])*if a == b then 1 else 2\n}\n",
    );
}

#[test]
fn broken_statements_keep_their_inside() {
    check(
        "ode A {\nx' =  (1  +  2\ny'=1\nstate   z   =  \"never  \n}",
        "ode A {\n    x' =  (1  +  2\n    y' = 1\n    state z = \"never\n}\n",
    );
    stays("x' ' = 3 x\n1 .5\n");
}

/// Tokens and scraps that may follow each other in any order.
const SCRAPS: &[&str] = &[
    "ode",
    "map",
    "sde",
    "A",
    "x",
    "y1",
    "`fn`",
    "param",
    "state",
    "let",
    "known",
    "meta",
    "event",
    "when",
    "in",
    "wrap",
    "if",
    "then",
    "elif",
    "else",
    "and",
    "not",
    "sum",
    "index",
    "next",
    "unit",
    "1",
    "2.5",
    ".5",
    "3.",
    "1e5",
    "\"text\"",
    "\"open",
    "`",
    "{",
    "}",
    "{",
    "}",
    "\n",
    "\n",
    "\n\n\n",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    ">=",
    "<=",
    "=",
    "==",
    ":=",
    "!=",
    ":",
    ";",
    ",",
    "'",
    "''",
    "+",
    "-",
    "*",
    "/",
    "^",
    "**",
    "..",
    "±",
    "−",
    "·",
    "!",
    "&",
    "%",
    ".",
    "é",
    "\u{a0}",
    "\r\n",
    "\t",
    " ",
    "  ",
    "      ",
    "// c\n",
    "//c",
    "/* c */",
    "/*\n c\n*/",
    "/// d\n",
    "///",
    "//// e\n",
    "/*",
    "*/",
    "\u{FEFF}",
];

/// A system of sound statements with white space and comments in odd places.
fn sound() -> impl Strategy<Value = String> {
    const GAPS: &[&str] = &[" ", "  ", "", "\t", " /* c */ ", " /**/", "     "];
    const ENDS: &[&str] =
        &["\n", " // c\n", "\n\n\n", "\n// own\n", "\r\n", "   /* x\n y */\n", "\n/* b */ "];
    // Where a space stands, any gap may; after `~`, which is a space itself.
    const FIRST: &[&str] = &[
        "index~ i , j~ in~ 0 .. 3",
        "param~ a = 1~ in [ 0 , 2 ] , bb = - 3",
        "param~ c = 2",
        "/// doc\n param~ longer = 8 / 3~ in ( 0 , 4 ]",
        "param~ m [ i , j ] = [ 1 , - 2 , 3 ; \n 4 , 5 , 6 ; \n 7 , 8 , 9 ]",
        "let~ d = ( a + \n c ) * 2 ^ - a",
        "let~ e = if~ a > c \n then~ 1~ else \n longer",
    ];
    const ANY: &[&str] = &[
        "output~ o = x [ 1 ] - d + e * bb",
        "known { divergence : - 1 , lyapunov : [ 1 , 0 , 0.5 ] ± 0.5~ from \"s\" }",
        "meta { \n field : \"f\" \n tags : [ \"a\" , \"b\" ] \n }",
        "let~ s [ i ] = m [ i , 0 ] + sum ( j~ in~ 1 .. 3 ) ( x [ j - 1 ] * m [ j , i ] )",
    ];
    const LAST: &[&str] =
        &["state~ x [ i ] = 1", "x [ i ] ' = - x [ i ] / longer + sum ( j ) ( x [ j ] ) * d - e"];
    let gaps = prop::collection::vec(prop::sample::select(GAPS), 300);
    let ends = prop::collection::vec(prop::sample::select(ENDS), 20);
    let chosen = prop::sample::subsequence((0..ANY.len()).collect::<Vec<_>>(), 0..=ANY.len());
    (gaps, ends, chosen).prop_map(|(gaps, ends, chosen)| {
        let (mut gaps, mut ends) = (gaps.into_iter().cycle(), ends.into_iter().cycle());
        let mut text = "ode A {".to_owned();
        let chosen = chosen.iter().map(|&line| ANY[line]);
        for line in FIRST.iter().copied().chain(chosen).chain(LAST.iter().copied()) {
            text += ends.next().unwrap();
            for part in line.split(' ') {
                text += &part.replace('~', " ");
                text += gaps.next().unwrap();
            }
        }
        text + ends.next().unwrap() + "}" + ends.next().unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn twice_is_once_and_nothing_is_lost(scraps in prop::collection::vec(prop::sample::select(SCRAPS), 0..60)) {
        let text = scraps.concat();
        let once = format(&text);
        prop_assert_eq!(bare(&once), bare(&text), "{:?}", text);
        prop_assert_eq!(&format(&once), &once, "{:?}", text);
    }

    #[test]
    fn the_meaning_stays(text in sound()) {
        let once = format(&text);
        prop_assert_eq!(&format(&once), &once, "{:?}", text);
        prop_assert_eq!(bare(&once), bare(&text), "{:?}", text);
        let (before, after) = (parse_file(&text), parse_file(&once));
        let codes = |parsed: &takens_dsl::Parsed| {
            parsed.diagnostics.iter().map(|one| (one.code, one.message.clone())).collect::<Vec<_>>()
        };
        prop_assert_eq!(codes(&before), codes(&after));
        prop_assert_eq!(before.systems.len(), 1, "{}", takens_dsl::render(&before.diagnostics, "a", &text, false));
        let flat = |parsed: &takens_dsl::Parsed| {
            let system = &parsed.systems[0];
            let field = system.flatten(&BTreeMap::new()).unwrap().field;
            let names = takens_symbolic::field_names(&field);
            let shown = |ids: &[takens_symbolic::ExprId]| {
                ids.iter().map(|id| takens_symbolic::print_expr(&field.graph, *id, &names)).collect::<Vec<_>>()
            };
            let defaults: Vec<_> = field.parameters.iter().map(|one| one.default).collect();
            let outputs: Vec<_> = field.outputs.iter().map(|one| one.1).collect();
            (shown(&field.rhs), shown(&field.initial), shown(&defaults), shown(&outputs), system.doc.clone())
        };
        prop_assert_eq!(flat(&before), flat(&after));
    }
}
