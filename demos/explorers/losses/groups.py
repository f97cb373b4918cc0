"""What the tabs of the page `losses` are grouped by."""

from demos.frame.language import T

RESIDUALS, CLASSES = T("Residuals", "残差"), T("Classes", "类别")
YES_OR_NO, LIKELIHOOD = T("Yes or no", "是与否"), T("Likelihood and entropy", "似然与熵")
