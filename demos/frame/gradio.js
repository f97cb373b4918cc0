// Gradio's own words that it has in English alone, in Chinese: names of its buttons and boxes, as they come into the page.
(() => {
  if (!document.documentElement.lang.startsWith("zh")) return;
  const WORDS = {
    "Capture from camera": "用摄像头拍摄",
    Clear: "清空",
    "Code input container": "代码",
    Copied: "已复制",
    Copy: "复制",
    Download: "下载",
    "File upload": "上传文件",
    "Fold line": "折叠这一行",
    "More tabs": "更多标签页",
    "Paste from clipboard": "从剪贴板粘贴",
    "Remove Image": "移除图片",
    "Reset to default value": "恢复默认值",
    "Unfold line": "展开这一行",
    "Upload file": "上传文件",
  };
  const ABOUT = [
    [/^number input for (.*)$/s, "$1，数值"],
    [/^range slider for (.*)$/s, "$1，滑块"],
  ];

  function inChinese(text) {
    for (const [pattern, chinese] of ABOUT) if (pattern.test(text)) return text.replace(pattern, chinese);
    return WORDS[text] ?? text;
  }

  firstNets.whenChanged(() => {
    for (const name of ["aria-label", "title"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        const text = element.getAttribute(name);
        const chinese = inChinese(text);
        if (chinese !== text) element.setAttribute(name, chinese);
      }
    }
  });
})();
