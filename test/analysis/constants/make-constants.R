# Makes r-constants.json: what R says to the questions that the tests of src/analysis/ ask.
#
#   Rscript test/analysis/constants/make-constants.R > test/analysis/constants/r-constants.json
#
# Needs R with MASS (Debian: r-base-core, r-cran-mass). All data are written out here or follow from a formula, so
# that nothing depends on R's random numbers.

suppressPackageStartupMessages(library(MASS))

json <- function(x) {
  if (is.list(x)) {
    if (is.null(names(x))) return(paste0("[", paste(vapply(x, json, ""), collapse = ", "), "]"))
    return(paste0("{", paste(sprintf("\"%s\": %s", names(x), vapply(x, json, "")), collapse = ",\n"), "}"))
  }
  if (is.character(x)) return(sprintf("\"%s\"", x))
  numbers <- vapply(x, function(v) sprintf("%.17g", v), "")
  if (length(x) == 1 && !inherits(x, "AsIs")) numbers else paste0("[", paste(numbers, collapse = ", "), "]")
}

# Numbers that look random and are the same everywhere: the fractional parts of multiples of an irrational number.
fractions <- function(n, step) ((1:n) * step) %% 1

# --- quantiles, summary
sample <- round(exp(qnorm(fractions(41, (sqrt(5) - 1) / 2) * 0.998 + 0.001)), 6)
probabilities <- c(0, 0.01, 0.1, 0.25, 0.5, 0.9, 0.975, 0.99, 1)
quantiles <- list(
  sample = sample, probabilities = probabilities,
  type7 = unname(quantile(sample, probabilities, type = 7)), mean = mean(sample)
)

# --- distributions
grid <- expand.grid(t = c(0.01, 0.5, 1, 2.5, 10, 40), freedom = c(1, 2, 4, 7.3, 30, 250))
fgrid <- expand.grid(f = c(0.05, 0.8, 1, 3, 12, 80), above = c(1, 3, 8), below = c(2, 12, 61))
bounds <- expand.grid(level = c(0.5, 0.9, 0.95, 0.99), freedom = c(1, 2, 4, 7.3, 30, 250))
z <- c(-3, -0.7, 0, 0.001, 0.3, 1, 1.96, 2.9, 2.9999, 3.0001, 4, 6, 10, 30)
betas <- expand.grid(x = c(0.001, 0.2, 0.5, 0.77, 0.999), a = c(0.5, 2, 40), b = c(0.5, 3, 25))
distributions <- list(
  t = grid$t, tFreedom = grid$freedom, tTails = 2 * pt(-grid$t, grid$freedom),
  f = fgrid$f, above = fgrid$above, below = fgrid$below,
  fTail = pf(fgrid$f, fgrid$above, fgrid$below, lower.tail = FALSE),
  level = bounds$level, boundFreedom = bounds$freedom, tBound = qt((1 + bounds$level) / 2, bounds$freedom),
  z = z, normalTail = pnorm(z, lower.tail = FALSE),
  x = betas$x, a = betas$a, b = betas$b, incompleteBeta = pbeta(betas$x, betas$a, betas$b)
)

# --- tests of two samples
first <- c(12.1, 11.8, 12.9, 12.4, 13.3)
second <- c(12.6, 13.1, 13.9, 12.7, 14.2)
long1 <- round(10 + 3 * qnorm(fractions(60, sqrt(2))), 3)
long2 <- round(11 + 3 * qnorm(fractions(70, sqrt(3))), 3)
tied1 <- round(long1[1:20])
tied2 <- round(long2[1:25])
mid1 <- long1[1:13]
mid2 <- long2[1:17]
pair <- function(a, b) {
  exact <- suppressWarnings(wilcox.test(a, b))
  shift <- suppressWarnings(wilcox.test(b, a, conf.int = TRUE))
  ratio <- if (all(c(a, b) > 0)) suppressWarnings(wilcox.test(log(b), log(a), conf.int = TRUE)) else shift
  welch <- t.test(log(b), log(a))
  list(
    first = a, second = b, u = unname(exact$statistic), pValue = exact$p.value,
    normalPValue = suppressWarnings(wilcox.test(a, b, exact = FALSE, correct = TRUE))$p.value,
    shift = median(outer(b, a, "-")), shiftLow = shift$conf.int[1], shiftHigh = shift$conf.int[2],
    ratio = exp(median(outer(log(b), log(a), "-"))), ratioLow = exp(ratio$conf.int[1]), ratioHigh = exp(ratio$conf.int[2]),
    superiority = mean(outer(b, a, ">") + outer(b, a, "==") / 2),
    welchRatio = unname(exp(welch$estimate[1] - welch$estimate[2])),
    welchLow = exp(welch$conf.int[1]), welchHigh = exp(welch$conf.int[2]), welchPValue = welch$p.value
  )
}
pairs <- list(small = pair(first, second), mid = pair(mid1, mid2), tied = pair(tied1, tied2), long = pair(long1, long2))

ways <- combn(10, 5)
both <- c(first, second)
differences <- apply(ways, 2, function(i) mean(both[-i]) - mean(both[i]))
medians <- apply(ways, 2, function(i) median(both[-i]) - median(both[i]))
permutation <- list(
  difference = mean(second) - mean(first),
  pValue = mean(abs(differences) >= abs(mean(second) - mean(first)) - 1e-12),
  medianPValue = mean(abs(medians) >= abs(median(second) - median(first)) - 1e-12)
)

pValues <- c(0.01, 0.04, 0.03, 0.005, 0.5, 0.03, 1, 0.2)
holm <- list(pValues = pValues, adjusted = p.adjust(pValues, "holm"))

# --- the robust line: MASS::rlm with the weights 1 / fitted^2 worked out anew until nothing moves
sizes <- rep(c(1, 5, 20, 100, 500), each = 5)
repeats <- rep(1:5, 5)
noise <- qnorm(fractions(25, pi) * 0.98 + 0.01)
time <- round((2 + 0.05 * sizes) * exp(0.05 * noise), 6)
time[c(7, 18)] <- time[c(7, 18)] * c(3, 2)
fitLine <- function(s, y) {
  fitted <- y
  for (round in 1:2000) {
    line <- rlm(y ~ s, weights = 1 / fitted^2, wt.method = "inv.var", maxit = 500, acc = 1e-13)
    if (max(abs(fitted(line) - fitted)) < 1e-13) break
    fitted <- fitted(line)
  }
  line
}
line <- fitLine(sizes, time)
withoutEach <- sapply(1:5, function(r) coef(fitLine(sizes[repeats != r], time[repeats != r])))
reach <- qt(0.975, 4) * sqrt(4 / 5 * rowSums((withoutEach - rowMeans(withoutEach))^2))
robustLine <- list(
  repeats = repeats, sizes = sizes, times = time,
  fixed = unname(coef(line)[1]), perMessage = unname(coef(line)[2]), scatter = line$s, weights = unname(line$w),
  fixedReach = unname(reach[1]), perMessageReach = unname(reach[2])
)

# --- lack of fit: relative residuals of an ordinary two-way table
cells <- data.frame(
  repeats = factor(rep(1:4, 5)), setting = factor(rep(1:5, each = 4)),
  relative = round(0.05 * qnorm(fractions(20, exp(1))) + rep(c(0.04, -0.02, -0.05, -0.01, 0.05), each = 4), 6)
)
# What the means of the settings miss by, on 5 - 2 degrees of freedom, against the scatter within, with repeats taken out.
within <- anova(lm(relative ~ setting + repeats, cells))
missed <- sum(4 * tapply(cells$relative, cells$setting, mean)^2) / 3
lack <- missed / within["Residuals", "Mean Sq"]
lackOfFit <- list(
  repeats = as.integer(cells$repeats), settings = as.integer(cells$setting), relative = cells$relative,
  f = lack, pValue = pf(lack, 3, within["Residuals", "Df"], lower.tail = FALSE)
)

# --- the Universal Scalability Law by nls on ln X
clients <- rep(c(1, 2, 5, 10, 20, 50, 100), each = 4)
usl <- function(n, l, s, k) l * n / (1 + s * (n - 1) + k * n * (n - 1))
throughput <- round(usl(clients, 1000, 0.06, 0.0004) * exp(0.04 * qnorm(fractions(28, sqrt(7)) * 0.98 + 0.01)), 4)
fitLaw <- function(n, x) {
  nls(log(x) ~ log(usl(n, exp(l), s, k)), start = list(l = log(x[1] / n[1]), s = 0.05, k = 0.0005),
    control = nls.control(tol = 1e-7, maxiter = 500, minFactor = 1e-9))
}
law <- fitLaw(clients, throughput)
group <- rep(1:4, 7)
without <- sapply(1:4, function(r) coef(fitLaw(clients[group != r], throughput[group != r])))
lawReach <- qt(0.975, 3) * sqrt(3 / 4 * rowSums((without - rowMeans(without))^2))
# Where contention would be below 0 without its bound, from the port algorithm.
bent <- round(usl(clients, 1000, 0, 0.0004) * (1 + 0.1 * (clients %in% c(5, 10, 20))) * exp(0.01 * qnorm(fractions(28, sqrt(7)) * 0.98 + 0.01)), 4)
bounded <- nls(log(bent) ~ log(usl(clients, exp(l), s, k)), start = list(l = log(1000), s = 0.01, k = 0.0005),
  algorithm = "port", lower = c(-Inf, 0, 0), control = nls.control(tol = 1e-9, maxiter = 500))
scalability <- list(
  clients = clients, throughputs = throughput, repeats = group,
  single = unname(exp(coef(law)["l"])), contention = unname(coef(law)["s"]), coherence = unname(coef(law)["k"]),
  contentionReach = unname(lawReach["s"]), coherenceReach = unname(lawReach["k"]),
  squares = sum(resid(law)^2), bent = bent,
  boundedSingle = unname(exp(coef(bounded)["l"])), boundedContention = unname(coef(bounded)["s"]),
  boundedCoherence = unname(coef(bounded)["k"])
)

cat(json(list(
  r = R.version.string, quantiles = quantiles, distributions = distributions, pairs = pairs,
  permutation = permutation, holm = holm, robustLine = robustLine, lackOfFit = lackOfFit, scalability = scalability
)), "\n", sep = "")
