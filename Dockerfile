# docker build -t first-nets . && docker run --rm -p 7860:7860 first-nets
FROM python:3.12-slim
WORKDIR /app
# what changes seldom comes first: an edit of the project installs nothing anew
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY zoo zoo
COPY weights weights
COPY demos demos
COPY README.md LICENSE ./
RUN useradd --create-home player
USER player
EXPOSE 7860
CMD ["python", "demos/app.py", "--host", "0.0.0.0", "--port", "7860"]
