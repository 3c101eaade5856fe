//! A dozen systems, written down by a small reader of their own so that these tests need no language.

use takens_symbolic::{Compare, ExprId, Function, Parameter, Rational, Symbol, VectorField};

/// Name, parameters with values, states with starts, right-hand sides.
pub(crate) type Plain = (&'static str, &'static str, &'static str, &'static str);

/// Systems of many kinds: polynomial, rational, with waves, hyperbolic, with corners, maps of time.
pub(crate) const SYSTEMS: [Plain; 13] = [
    (
        "Lorenz",
        "sigma=10 rho=28 beta=8/3",
        "x=-9.79 y=-15.04 z=20.53",
        "sigma*(y - x); x*(rho - z) - y; x*y - beta*z",
    ),
    ("Rossler", "a=0.2 b=0.2 c=5.7", "x=6.5 y=-6.4 z=0.1", "-y - z; x + a*y; b + z*(x - c)"),
    ("Thomas", "b=0.185", "x=0.1 y=0 z=0.2", "-b*x + sin(y); -b*y + sin(z); -b*z + sin(x)"),
    ("Pendulum", "q=0.2 A=1.15 w=2/3", "th=0.1 v=0", "v; A*cos(w*t) - q*v - sin(th)"),
    (
        "Chua",
        "alpha=15.6 beta=28 m0=-8/7 m1=-5/7",
        "x=0.7 y=0 z=0",
        "alpha*(y - x - (m1*x + (m0 - m1)/2*(abs(x + 1) - abs(x - 1)))); x - y + z; -beta*y",
    ),
    (
        "Hopfield",
        "tau=2.5 k=1.4",
        "x=0.1 y=0.2 z=-0.1",
        "-x/tau - k*tanh(y); -y/tau + tanh(x) - k*tanh(z); -z/tau + tanh(x + y)",
    ),
    (
        "Enzyme",
        "v=1.3 k=0.7 d=0.4",
        "s=1.2 p=0.3",
        "v - s*p^2/(k + s + p^2); s*p^2/(k + s + p^2) - d*p",
    ),
    (
        "Neuron",
        "gna=120 c=1.5",
        "v=-0.5 n=0.3",
        "gna*n^3*(0.5 - v)/c - 0.3*(v + 0.55); (1 - n)/(1 + exp(-(v + 0.4)/0.1)) - 0.2*n*exp(-v/0.8)",
    ),
    (
        "Exchange",
        "a=3.1 b=1.7",
        "x=0.9 y=0.4",
        "a*log(x) - b*sqrt(y)*x; x^2/(1 + y) - y^2 + exp(-x*y)",
    ),
    (
        "Halvorsen",
        "a=1.4",
        "x=-5 y=0 z=0",
        "-a*x - 4*y - 4*z - y^2; -a*y - 4*z - 4*x - z^2; -a*z - 4*x - 4*y - x^2",
    ),
    ("Duffing", "d=0.1 g=0.35 w=1.4", "x=0.2 v=0.1", "v; x - x^3 - d*v + g*cos(w*t + 0.3)"),
    ("Limiter", "a=2.2", "x=0.4 y=0.1", "y - max(x, 0.3*y); -a*x + if(y, 0.2, y - x^2, 1.5*x)"),
    ("Ring", "m=0.8", "x=0.4 y=0.2", "m*x - y - x*(x^2 + y^2); x + m*y - y*(x^2 + y^2)"),
];

/// The system of a description.
pub(crate) fn system(plain: &Plain) -> VectorField {
    let mut field = VectorField::default();
    for (name, value) in plain.1.split_whitespace().filter_map(|entry| entry.split_once('=')) {
        let default = read(&mut field, value);
        field.parameters.push(Parameter { name: name.into(), default, range: None });
    }
    for (name, value) in plain.2.split_whitespace().filter_map(|entry| entry.split_once('=')) {
        let start = read(&mut field, value);
        field.states.push(name.into());
        field.initial.push(start);
    }
    field.rhs = plain.3.split(';').map(|text| read(&mut field, text)).collect();
    field
}

/// Reads one expression into the system's graph.
pub(crate) fn read(field: &mut VectorField, text: &str) -> ExprId {
    let mut reader = Reader { field, rest: text.trim() };
    let id = reader.sum();
    assert!(reader.rest.is_empty(), "what is {:?} in {text:?}?", reader.rest);
    id
}

struct Reader<'a> {
    field: &'a mut VectorField,
    rest: &'a str,
}

impl Reader<'_> {
    fn eat(&mut self, symbol: char) -> bool {
        match self.rest.trim_start().strip_prefix(symbol) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn sum(&mut self) -> ExprId {
        let mut left = self.product();
        loop {
            if self.eat('+') {
                let right = self.product();
                left = self.field.graph.add(left, right);
            } else if self.eat('-') {
                let right = self.product();
                left = self.field.graph.sub(left, right);
            } else {
                return left;
            }
        }
    }

    fn product(&mut self) -> ExprId {
        let mut left = self.unary();
        loop {
            if self.eat('*') {
                let right = self.unary();
                left = self.field.graph.mul(left, right);
            } else if self.eat('/') {
                let right = self.unary();
                left = self.field.graph.div(left, right);
            } else {
                return left;
            }
        }
    }

    fn unary(&mut self) -> ExprId {
        if self.eat('-') {
            let inner = self.unary();
            return self.field.graph.neg(inner);
        }
        let base = self.atom();
        if self.eat('^') {
            let exponent = self.unary();
            return self.field.graph.pow(base, exponent);
        }
        base
    }

    fn word(&mut self, good: fn(char) -> bool) -> String {
        let end = self.rest.find(|c| !good(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        word.into()
    }

    fn atom(&mut self) -> ExprId {
        if self.eat('(') {
            let inner = self.sum();
            assert!(self.eat(')'), "no ) before {:?}", self.rest);
            return inner;
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            let word = self.word(|c| c.is_ascii_digit() || c == '.');
            let (whole, fraction) = word.split_once('.').unwrap_or((&word, ""));
            let digits = format!("{whole}{fraction}").parse().expect("digits");
            let value =
                Rational::new(digits, num_bigint::BigInt::from(10).pow(fraction.len() as u32));
            return self.field.graph.number(value);
        }
        let name = self.word(|c| c.is_alphanumeric());
        if self.eat('(') {
            let mut arguments = vec![self.sum()];
            while self.eat(',') {
                arguments.push(self.sum());
            }
            assert!(self.eat(')'), "no ) before {:?}", self.rest);
            let graph = &mut self.field.graph;
            if name == "if" {
                // if(a, b, c, d): c where a < b, else d
                let condition = graph.compare(Compare::Less, arguments[0], arguments[1]);
                return graph.select(condition, arguments[2], arguments[3]);
            }
            return graph.call(Function::by_name(&name).expect("a function"), &arguments);
        }
        let find = |names: &[String]| names.iter().position(|known| *known == name);
        let parameters: Vec<String> =
            self.field.parameters.iter().map(|p| p.name.clone()).collect();
        let symbol = match (name.as_str(), find(&self.field.states), find(&parameters)) {
            ("pi", _, _) => return self.field.graph.pi(),
            ("t", _, _) => Symbol::Time,
            (_, Some(i), _) => Symbol::State(i as u32),
            (_, _, Some(i)) => Symbol::Parameter(i as u32),
            _ => panic!("who is {name}?"),
        };
        self.field.graph.symbol(symbol)
    }
}
