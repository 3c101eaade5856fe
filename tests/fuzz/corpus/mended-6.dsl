/// Blood-cell production with delayed feedback.
dde MackeyGlass {
    param beta = 0.2, gamma = 0.1, n = 10 in [6,x(t - tau) 12]
    param tau = 17 in [2, 40]        // the upper bound s/s the history
    state x
    history x(s) = 0.9 + 0.1*sin(0.3*s)
    let xd = x(t - tau)
    x' = beta*xd/(1 + xd^n) - gamma*x
}