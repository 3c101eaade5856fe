lang 1

// What the collection has little of: names that clash elsewhere, jumps, every function, deep sharing.

/// Names that are words of other languages; a comment "with quotes" and a \ and */ in it.
ode Clashes {
    param lambda = 2, short = 1/3, double = 0.5, np = 3, params = -1, out = 0.25, p_ = 4, sp = 7
    param σ = 5, sigma = 6, x_1 = 8, `fn` = 9, end = 10, D = 11
    index i in 0..3
    state x[i] = i + 1, `in` = 2, f = 3, s1 = 4, x_0 = 5, modes = 6
    let twice = sin(x[0]*lambda)*cos(x[1] + short)
    x[i]' = lambda*x[i] + σ/sigma - double^2*twice^2 + t
    `in`' = -short*np + params*out - p_*sp*twice
    f' = `fn` + end - D*x_1
    s1' = twice*twice + x_0
    x_0' = -s1^-3
    modes' = 2^-x_0 + (-f)^2 - -modes
}

/// Every function and every comparison.
ode Functions {
    param a = 0.7, b = 2
    state x = 0.4, y = -0.3, z = 1.7, w = -2.5
    x' = sin(x) + cos(x) + tan(x) + asin(x/10) + acos(x/10) + atan(x) + atan2(y, x)
    y' = sinh(y) + cosh(y) + tanh(y) + exp(y) + log(z^2 + 1) + sqrt(z^2) + abs(w)
    z' = sign(x) + sign(0*x) + floor(10*w) + mod(w, a) + min(x, y) + max(y, z) + heaviside(y) + heaviside(0*z)
    w' = (if x < y and not (z >= 1 or w != 2) then z elif x == y or z > 1 and y <= 3 then w else 7)^b
    output angle = atan2(x, y)
    output radius = sqrt(x^2 + y^2)
}

/// A part that is doubled over and over: written out it would be longer than any file.
map Doubling {
    state x = 0.1
    let a = sin(x) + x^2
    let b = a*a + a
    let c = b*b + cos(b)
    let d = c*c/(1 + c^2) + c
    let e = sin(d)*d + d^3
    let f = e*e - cos(e)
    next x = f/(1 + f^2) + 1/(1 + exp(-f)) + 1e-300*f + 123456789012345678901234567890*0
}

/// A root inside of a root.
map Nested {
    param a = 0.3
    state x = 0.5, y = 0.2
    let outer = root(q, q - a*sin(q + root(r, r - 0.1*cos(r + q) - y, y)) - x, x)
    next x = mod(outer + 1, 2)
    next y = cos(outer)
}
