/* The references that take too long in Python: Taylor series in fixed point, as in `series.py`.
 *
 *     series lorenz Q ORDER UNITS          starts on the input, three numbers each; states after UNITS
 *     series lorenz96 Q ORDER UNITS EVERY  one start of any length; the state after every EVERY steps
 *     series vdp ORDER END                 one start; the state at END
 *
 * Steps are 1/Q long (van der Pol: a power of two that follows the series). A number has 64 bits before the
 * point, in two's complement, and 256 after it; all arithmetic truncates. */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMBS = 5, MOST = 64 };
typedef struct { uint64_t w[LIMBS]; } fixed; /* least significant first */
typedef unsigned __int128 wide;

static const fixed ZERO;

static int negative(fixed a) { return a.w[LIMBS - 1] >> 63; }

static fixed add(fixed a, fixed b) {
    wide carry = 0;
    for (int i = 0; i < LIMBS; i++) {
        carry += (wide)a.w[i] + b.w[i];
        a.w[i] = (uint64_t)carry;
        carry >>= 64;
    }
    return a;
}

static fixed minus(fixed a) {
    fixed one = {{1}};
    for (int i = 0; i < LIMBS; i++) a.w[i] = ~a.w[i];
    return add(a, one);
}

static fixed sub(fixed a, fixed b) { return add(a, minus(b)); }

static fixed mul(fixed a, fixed b) {
    int sign = negative(a) ^ negative(b);
    if (negative(a)) a = minus(a);
    if (negative(b)) b = minus(b);
    uint64_t full[2 * LIMBS] = {0};
    for (int i = 0; i < LIMBS; i++) {
        wide carry = 0;
        for (int j = 0; j < LIMBS; j++) {
            carry += (wide)a.w[i] * b.w[j] + full[i + j];
            full[i + j] = (uint64_t)carry;
            carry >>= 64;
        }
        full[i + LIMBS] = (uint64_t)carry;
    }
    fixed c;
    memcpy(c.w, full + LIMBS - 1, sizeof c.w);
    return sign ? minus(c) : c;
}

static fixed divide(fixed a, uint64_t by) {
    int sign = negative(a);
    if (sign) a = minus(a);
    wide rest = 0;
    for (int i = LIMBS - 1; i >= 0; i--) {
        rest = rest << 64 | a.w[i];
        a.w[i] = (uint64_t)(rest / by);
        rest %= by;
    }
    return sign ? minus(a) : a;
}

/* A double, exactly. */
static fixed from(double x) {
    int exponent;
    int64_t mantissa = (int64_t)ldexp(frexp(fabs(x), &exponent), 53);
    int shift = 64 * (LIMBS - 1) + exponent - 53;
    fixed a = ZERO;
    for (int bit = 0; bit < 53; bit++) {
        int place = shift + bit;
        if (mantissa >> bit & 1 && place >= 0) a.w[place / 64] |= (uint64_t)1 << place % 64;
    }
    return x < 0 ? minus(a) : a;
}

static double size(fixed a) {
    double sum = 0;
    if (negative(a)) a = minus(a);
    for (int i = 0; i < LIMBS; i++) sum += ldexp((double)a.w[i], 64 * (i - LIMBS + 1));
    return sum;
}

static void print(fixed a) {
    if (negative(a)) {
        putchar('-');
        a = minus(a);
    }
    printf("%llu.", (unsigned long long)a.w[LIMBS - 1]);
    for (int digit = 0; digit < 45; digit++) {
        wide carry = 0;
        a.w[LIMBS - 1] = 0;
        for (int i = 0; i < LIMBS; i++) {
            carry += (wide)a.w[i] * 10;
            a.w[i] = (uint64_t)carry;
            carry >>= 64;
        }
        putchar('0' + (int)a.w[LIMBS - 1]);
    }
}

/* A series: term k is the coefficient times the k-th power of the step. */
typedef fixed series[MOST];

static fixed product(const fixed *a, const fixed *b, int k) {
    fixed sum = ZERO;
    for (int j = 0; j <= k; j++) sum = add(sum, mul(a[j], b[k - j]));
    return sum;
}

static fixed at_end(const fixed *a, int order) {
    fixed sum = ZERO;
    for (int k = order; k >= 0; k--) sum = add(sum, a[k]);
    return sum;
}

static void lorenz_step(fixed *state, uint64_t q, int order) {
    static series x, y, z;
    fixed sigma = from(10), rho = from(28), beta = from(8.0 / 3.0);
    x[0] = state[0], y[0] = state[1], z[0] = state[2];
    for (int k = 0; k < order; k++) {
        uint64_t by = q * (uint64_t)(k + 1);
        x[k + 1] = divide(mul(sigma, sub(y[k], x[k])), by);
        y[k + 1] = divide(sub(sub(mul(rho, x[k]), product(x, z, k)), y[k]), by);
        z[k + 1] = divide(sub(product(x, y, k), mul(beta, z[k])), by);
    }
    state[0] = at_end(x, order), state[1] = at_end(y, order), state[2] = at_end(z, order);
}

static void lorenz96_step(fixed *state, int n, uint64_t q, int order) {
    static series *x, *difference;
    if (!x) {
        x = malloc((size_t)n * sizeof *x);
        difference = malloc((size_t)n * sizeof *difference);
    }
    for (int i = 0; i < n; i++) x[i][0] = state[i];
    for (int k = 0; k < order; k++) {
        for (int i = 0; i < n; i++) difference[i][k] = sub(x[(i + 1) % n][k], x[(i + n - 2) % n][k]);
        for (int i = 0; i < n; i++) {
            fixed rate = sub(product(difference[i], x[(i + n - 1) % n], k), x[i][k]);
            if (k == 0) rate = add(rate, from(8));
            x[i][k + 1] = divide(rate, q * (uint64_t)(k + 1));
        }
    }
    for (int i = 0; i < n; i++) state[i] = at_end(x[i], order);
}

/* One step of 2^-m; the size of what is cut off. The state changes only if that is small enough. */
static double vdp_step(fixed *state, int m, int order, double most) {
    static series x, y, square;
    fixed mu = from(1000);
    x[0] = state[0], y[0] = state[1];
    for (int k = 0; k < order; k++) {
        uint64_t by = ((uint64_t)1 << m) * (uint64_t)(k + 1);
        square[k] = product(x, x, k);
        x[k + 1] = divide(y[k], by);
        y[k + 1] = divide(sub(mul(mu, sub(y[k], product(square, y, k))), x[k]), by);
    }
    double cut = size(y[order]) + size(y[order - 1]);
    if (cut <= most) state[0] = at_end(x, order), state[1] = at_end(y, order);
    return cut;
}

static void vdp(fixed *state, int order, uint64_t end) {
    const double most = 1e-48;
    const int finest = 40;
    uint64_t time = 0; /* in units of 2^-finest */
    for (int m = 12; time < end << finest;) {
        double cut = vdp_step(state, m, order, most);
        if (cut > most) {
            if (++m > finest) exit(1);
            continue;
        }
        time += (uint64_t)1 << (finest - m);
        int aligned = time % ((uint64_t)1 << (finest - m + 1)) == 0;
        if (cut < ldexp(most, -order) && m > 1 && aligned) m--;
    }
}

static void tell(const fixed *state, int n) {
    for (int i = 0; i < n; i++) {
        print(state[i]);
        putchar(i + 1 < n ? ' ' : '\n');
    }
}

int main(int count, char **words) {
    static fixed state[4096];
    double x;
    int n = 0, is_lorenz = count == 5 && !strcmp(words[1], "lorenz");
    long a = count > 2 ? atol(words[2]) : 0, b = count > 3 ? atol(words[3]) : 0;
    while (n < 4096 && scanf("%lf", &x) == 1) {
        state[n++] = from(x);
        if (is_lorenz && n == 3) {
            for (long k = 0; k < a * atol(words[4]); k++) lorenz_step(state, (uint64_t)a, (int)b);
            tell(state, n);
            n = 0;
        }
    }
    if (count == 6 && !strcmp(words[1], "lorenz96") && b < MOST) {
        long every = atol(words[5]);
        tell(state, n);
        for (long k = 1; k <= a * atol(words[4]); k++) {
            lorenz96_step(state, n, (uint64_t)a, (int)b);
            if (k % every == 0) tell(state, n);
        }
    } else if (count == 4 && !strcmp(words[1], "vdp") && a < MOST) {
        vdp(state, (int)a, (uint64_t)b);
        tell(state, n);
    } else if (!is_lorenz || b >= MOST) {
        return 2;
    }
    return 0;
}
