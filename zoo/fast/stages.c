/* LeNet-5's resizing and its two stages of convolution, ReLU and average pooling, forwards and backwards.

   One thread takes an image through all of it, so that what the image needs stays in the core's nearest cache. The innermost
   loops are over vectors of 16 numbers: 16 neighbours of a row where there are few channels, the second stage's 16 channels
   otherwise. Vector types are those of GCC and Clang, for any processor. native.py compiles this and calls it. */

#include <string.h>

#ifdef __clang__
#define PICK __builtin_shufflevector
#define WHOLLY _Pragma("clang loop unroll(full)")
#else
#define PICK(a, b, ...) __builtin_shuffle(a, b, (bits){__VA_ARGS__})
#define WHOLLY _Pragma("GCC unroll 32")
#endif

enum { LANES = 16, SIDE = 28, WIDE = 32, KERNEL = 5, TAPS = 25, FIRST = 6, SECOND = 16, HALF = 14, INNER = 10, POOLED = 5 };
enum { PAIRS = FIRST * TAPS, OUT = SECOND * POOLED * POOLED, PADDED = 48 };

typedef float vec __attribute__((vector_size(4 * LANES)));
typedef float loose __attribute__((vector_size(4 * LANES), aligned(4), may_alias)); /* at any address */
typedef int bits __attribute__((vector_size(4 * LANES)));

/* What the forward pass keeps of an image for the backward pass. Rows are filled up to whole vectors. */
typedef struct {
    float resized[WIDE][PADDED];        /* 32 columns, then zeros */
    vec first[FIRST][SIDE][2];          /* after the first ReLU; columns from 28 on mean nothing */
    float pooled[FIRST][HALF][LANES];   /* after the first pooling; columns from 14 on mean nothing */
    vec second[INNER * INNER];          /* after the second ReLU, a vector of channels for each place */
} Kept;

/* The parameters as the forward loops read them: an output channel goes fastest. */
typedef struct {
    float first[TAPS][FIRST], first_bias[FIRST];
    vec second[PAIRS], second_bias;
    float columns[SIDE][WIDE]; /* resizes a row of 28 pixels to 32 */
} Parameters;

/* The gradients of one thread's images, before lanes are summed. */
typedef struct {
    vec first[FIRST][TAPS], first_bias[FIRST], second[PAIRS], second_bias;
} Gradients;

int kept_bytes(void) { return sizeof(Kept); }
int gradients_bytes(void) { return sizeof(Gradients); }

static inline vec load(const float *from) { return *(const loose *)from; }
static inline vec all(float x) { return x - (vec){0}; }
/* 0 where `by` is 0 or less; a NaN stays one, as in PyTorch. */
static inline vec rectified(vec x, vec by) { return (vec)((bits)x & ~(by <= (vec){0})); }

static void lay_out(Parameters *p, const float *w1, const float *b1, const float *w2, const float *b2, const float *resizing) {
    for (int o = 0; o < FIRST; o++) {
        p->first_bias[o] = b1[o];
        for (int tap = 0; tap < TAPS; tap++) p->first[tap][o] = w1[o * TAPS + tap];
    }
    for (int o = 0; o < SECOND; o++) {
        p->second_bias[o] = b2[o];
        for (int k = 0; k < PAIRS; k++) p->second[k][o] = w2[o * PAIRS + k];
    }
    for (int x = 0; x < WIDE; x++)
        for (int k = 0; k < SIDE; k++) p->columns[k][x] = resizing[x * SIDE + k];
}

/* resized = R image Rᵀ for the matrix R (32, 28) of bilinear interpolation, of which `columns` is the transpose. */
static void resize(const float *image, const Parameters *p, float resized[WIDE][PADDED]) {
    vec rows[SIDE][2];
    for (int y = 0; y < SIDE; y++) {
        vec left = {0}, right = {0};
        for (int k = 0; k < SIDE; k++) {
            vec pixel = all(image[y * SIDE + k]);
            left += pixel * load(&p->columns[k][0]);
            right += pixel * load(&p->columns[k][LANES]);
        }
        rows[y][0] = left, rows[y][1] = right;
    }
    for (int y = 0; y < WIDE; y++) {
        vec left = {0}, right = {0};
        int above = y * SIDE / WIDE - 1;
        for (int k = above < 0 ? 0 : above; k < SIDE && k <= above + 2; k++) {
            left += rows[k][0] * p->columns[k][y];
            right += rows[k][1] * p->columns[k][y];
        }
        *(loose *)&resized[y][0] = left, *(loose *)&resized[y][LANES] = right, *(loose *)&resized[y][2 * LANES] = (vec){0};
    }
}

static void first_stage(const Parameters *p, Kept *kept) {
    for (int y = 0; y < SIDE; y++) {
        vec sum[FIRST][2];
        WHOLLY for (int o = 0; o < FIRST; o++) sum[o][0] = sum[o][1] = all(p->first_bias[o]);
        for (int ky = 0; ky < KERNEL; ky++)
            WHOLLY for (int kx = 0; kx < KERNEL; kx++) {
                vec left = load(&kept->resized[y + ky][kx]), right = load(&kept->resized[y + ky][kx + LANES]);
                WHOLLY for (int o = 0; o < FIRST; o++) {
                    vec weight = all(p->first[ky * KERNEL + kx][o]);
                    sum[o][0] += left * weight, sum[o][1] += right * weight;
                }
            }
        WHOLLY for (int o = 0; o < FIRST; o++)
            WHOLLY for (int half = 0; half < 2; half++) kept->first[o][y][half] = rectified(sum[o][half], sum[o][half]);
    }
    for (int o = 0; o < FIRST; o++)
        for (int y = 0; y < HALF; y++) {
            vec *up = kept->first[o][2 * y], *down = kept->first[o][2 * y + 1];
            vec left = up[0] + down[0], right = up[1] + down[1];
            vec even = PICK(left, right, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            vec odd = PICK(left, right, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
            *(loose *)kept->pooled[o][y] = (even + odd) * 0.25f;
        }
}

static void second_stage(const Parameters *p, Kept *kept, float *out) {
    for (int y = 0; y < INNER; y++) {
        vec sum[INNER];
        WHOLLY for (int x = 0; x < INNER; x++) sum[x] = p->second_bias;
        for (int c = 0; c < FIRST; c++)
            for (int ky = 0; ky < KERNEL; ky++)
                WHOLLY for (int kx = 0; kx < KERNEL; kx++) {
                    vec weight = p->second[c * TAPS + ky * KERNEL + kx];
                    WHOLLY for (int x = 0; x < INNER; x++) sum[x] += weight * kept->pooled[c][y + ky][x + kx];
                }
        WHOLLY for (int x = 0; x < INNER; x++) kept->second[y * INNER + x] = rectified(sum[x], sum[x]);
    }
    for (int y = 0; y < POOLED; y++)
        for (int x = 0; x < POOLED; x++) {
            const vec *at = &kept->second[2 * y * INNER + 2 * x];
            vec mean = (at[0] + at[1] + at[INNER] + at[INNER + 1]) * 0.25f;
            for (int o = 0; o < SECOND; o++) out[(o * POOLED + y) * POOLED + x] = mean[o];
        }
}

/* Gradients of the second stage: by its parameters into `g`, by the sums of the first stage into `by_first`, 0 in columns from 28 on. */
static void second_back(const float *weights, const Kept *kept, const float *grad, Gradients *g, vec by_first[FIRST][SIDE][2]) {
    vec by_sum[INNER * INNER];                 /* by the convolution's sums, channels in a vector */
    float by_row[SECOND][INNER + 2][24] = {0}; /* the same in rows, 4 zeros at the left, 10 at the right */
    for (int y = 0; y < POOLED; y++)
        for (int x = 0; x < POOLED; x++) {
            vec shared;
            for (int o = 0; o < SECOND; o++) shared[o] = grad[(o * POOLED + y) * POOLED + x];
            shared *= 0.25f;
            for (int k = 0; k < 4; k++) {
                int place = (2 * y + k / 2) * INNER + 2 * x + k % 2;
                by_sum[place] = rectified(shared, kept->second[place]);
                g->second_bias += by_sum[place];
            }
        }
    for (int y = 0; y < INNER; y++)
        for (int x = 0; x < INNER; x++)
            for (int o = 0; o < SECOND; o++) by_row[o][y + 1][x + 4] = by_sum[y * INNER + x][o];
    for (int c = 0; c < FIRST; c++) {
        vec sum[TAPS] = {0};
        for (int y = 0; y < INNER; y++)
            for (int x = 0; x < INNER; x++) {
                vec d = by_sum[y * INNER + x];
                WHOLLY for (int tap = 0; tap < TAPS; tap++)
                    sum[tap] += d * kept->pooled[c][y + tap / KERNEL][x + tap % KERNEL];
            }
        WHOLLY for (int tap = 0; tap < TAPS; tap++) g->second[c * TAPS + tap] += sum[tap];
    }
    for (int y = 0; y < HALF; y += 2) { /* two rows of the first stage's maps at a time */
        vec sum[2][FIRST] = {0};
        int lowest = y < INNER ? 0 : y - INNER + 1, highest = y + 1 < KERNEL ? y + 1 : KERNEL - 1;
        for (int o = 0; o < SECOND; o++)
            for (int ky = lowest; ky <= highest; ky++)
                WHOLLY for (int kx = 0; kx < KERNEL; kx++) {
                    vec up = load(&by_row[o][y - ky + 1][4 - kx]), down = load(&by_row[o][y - ky + 2][4 - kx]);
                    WHOLLY for (int c = 0; c < FIRST; c++) {
                        vec weight = all(weights[(o * FIRST + c) * TAPS + ky * KERNEL + kx]);
                        sum[0][c] += up * weight, sum[1][c] += down * weight;
                    }
                }
        for (int row = 0; row < 2; row++)
            for (int c = 0; c < FIRST; c++) {
                vec mean = sum[row][c] * 0.25f;
                vec left = PICK(mean, mean, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
                vec right = PICK(mean, mean, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15);
                for (int k = 2 * (y + row); k < 2 * (y + row) + 2; k++) {
                    by_first[c][k][0] = rectified(left, kept->first[c][k][0]);
                    by_first[c][k][1] = rectified(right, kept->first[c][k][1]);
                    g->first_bias[c] += by_first[c][k][0] + by_first[c][k][1];
                }
            }
    }
}

static void first_back(const Kept *kept, vec by_first[FIRST][SIDE][2], Gradients *g) {
    for (int ky = 0; ky < KERNEL; ky++) {
        vec sum[FIRST][KERNEL] = {0};
        for (int y = 0; y < SIDE; y++)
            for (int half = 0; half < 2; half++)
                WHOLLY for (int kx = 0; kx < KERNEL; kx++) {
                    vec pixels = load(&kept->resized[y + ky][kx + half * LANES]);
                    WHOLLY for (int o = 0; o < FIRST; o++) sum[o][kx] += pixels * by_first[o][y][half];
                }
        WHOLLY for (int o = 0; o < FIRST; o++)
            WHOLLY for (int kx = 0; kx < KERNEL; kx++) g->first[o][ky * KERNEL + kx] += sum[o][kx];
    }
}

static float total(vec x) {
    float sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum += x[lane];
    return sum;
}

/* images (n, 28, 28) -> out (n, 400), kept (n structures); resizing (32, 28). */
void forward(int threads, int n, const float *images, const float *w1, const float *b1, const float *w2, const float *b2,
             const float *resizing, Kept *kept, float *out) {
    Parameters p;
    lay_out(&p, w1, b1, w2, b2, resizing);
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int i = 0; i < n; i++) {
        resize(images + (size_t)i * SIDE * SIDE, &p, kept[i].resized);
        first_stage(&p, &kept[i]);
        second_stage(&p, &kept[i], out + (size_t)i * OUT);
    }
}

/* grad (n, 400) -> the four gradients; workspace: a structure for each thread. Threads' shares are summed in a fixed order. */
void backward(int threads, int n, const float *grad, const float *w2, const Kept *kept, Gradients *workspace, float *by_w1,
              float *by_b1, float *by_w2, float *by_b2) {
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int t = 0; t < threads; t++) {
        Gradients g;
        vec by_first[FIRST][SIDE][2];
        memset(&g, 0, sizeof g);
        for (int i = (long long)n * t / threads; i < (long long)n * (t + 1) / threads; i++) {
            second_back(w2, &kept[i], grad + (size_t)i * OUT, &g, by_first);
            first_back(&kept[i], by_first, &g);
        }
        workspace[t] = g;
    }
    Gradients sum = workspace[0];
    for (int t = 1; t < threads; t++) {
        vec *to = (vec *)&sum, *from = (vec *)&workspace[t];
        for (unsigned k = 0; k < sizeof sum / sizeof(vec); k++) to[k] += from[k];
    }
    for (int o = 0; o < FIRST; o++) {
        by_b1[o] = total(sum.first_bias[o]);
        for (int tap = 0; tap < TAPS; tap++) by_w1[o * TAPS + tap] = total(sum.first[o][tap]);
    }
    for (int o = 0; o < SECOND; o++) {
        by_b2[o] = sum.second_bias[o];
        for (int k = 0; k < PAIRS; k++) by_w2[o * PAIRS + k] = sum.second[k][o];
    }
}
