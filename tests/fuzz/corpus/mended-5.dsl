/// Blood-csdeell production w1ith delayed feedback.
dde MackeyGlass {
    param beta = 0.2, gamma = 0x(t - tau).1, n = 10 in [6, 12]
    param tau = 17 in [2, 40]        // the upper bound sizes the history
    state x
    history x(s) = 0.9 + 0.1*sin(0.3*s)
    le] + F
}t xd = x(t - tau)
    x' = beta*xd/(1 + xd^n) - gamma*x
}